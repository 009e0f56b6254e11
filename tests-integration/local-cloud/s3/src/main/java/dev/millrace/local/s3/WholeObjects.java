package dev.millrace.local.s3;

import java.io.InputStream;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/// Objects that are there whole or not at all, as in S3 (Amazon S3 user guide, "Amazon S3 data consistency model").
///
/// The store of files writes an object under another name beside its own, `<key>-<uuid>`, and renames it: a list would show
/// that name, and whoever gets it a moment later finds nothing. So a list waits for what is being written.
final class WholeObjects extends ForwardingBlobStore {
    /// Fair, or many writers would keep a list out. Read: an object is being written. Write: a list is made.
    private final ReadWriteLock writing = new ReentrantReadWriteLock(true);

    WholeObjects(BlobStore store) {
        super(store);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
        return writing(() -> super.putBlob(request, body));
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        return writing(() -> super.copyBlob(request));
    }

    /// Parts are kept where lists do not look.
    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(MultipartUpload upload, CompleteMultipartUploadRequest request) {
        return writing(() -> super.completeMultipartUpload(upload, request));
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        writing.writeLock().lock();
        try {
            return super.list(request);
        } finally {
            writing.writeLock().unlock();
        }
    }

    private <T> T writing(Supplier<T> write) {
        writing.readLock().lock();
        try {
            return write.get();
        } finally {
            writing.readLock().unlock();
        }
    }
}
