package dev.millrace.compact;

import dev.hardwood.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/// A file of a table, for reading ranges of it.
final class FileIoInput implements InputFile {
    private final org.apache.iceberg.io.InputFile file;
    private final long length;

    FileIoInput(FileIO io, String location, long length) {
        this.file = io.newInputFile(location, length);
        this.length = length;
    }

    @Override
    public void open() {
        // each range is a stream of its own: ranges are asked for by several threads
    }

    @Override
    public ByteBuffer readRange(long from, int size) throws IOException {
        byte[] bytes = new byte[size];
        try (SeekableInputStream stream = file.newStream()) {
            if (stream instanceof RangeReadable ranges) {
                ranges.readFully(from, bytes);
            } else {
                stream.seek(from);
                int read = IOUtil.readRemaining(stream, bytes, 0, size);
                if (read < size) {
                    return ByteBuffer.wrap(Arrays.copyOf(bytes, read));
                }
            }
        }
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public String name() {
        return file.location();
    }

    @Override
    public void close() {
    }
}
