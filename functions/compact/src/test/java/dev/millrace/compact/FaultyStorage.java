package dev.millrace.compact;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;

/// Files in memory with the moment they were made, as S3 keeps them: a file is there whole when its stream is closed,
/// or not at all. Each call may end the process that makes it, or fail, or let something else happen first.
final class FaultyStorage {
    /// What a process is that was killed: nothing of it runs on.
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /// Before each call.
    interface Fault {
        /// @throws Killed if the process ends here
        void before(String call);
    }

    private record Stored(byte[] bytes, long createdAtMillis) {
    }

    private final Map<String, Stored> files = new ConcurrentSkipListMap<>();
    private final InstantSource clock;
    private Fault fault = _ -> {
    };

    FaultyStorage(InstantSource clock) {
        this.clock = clock;
    }

    void setFault(Fault fault) {
        this.fault = fault;
    }

    void before(String call) {
        fault.before(call);
    }

    List<String> files() {
        return List.copyOf(files.keySet());
    }

    /// Its files, as Iceberg sees them.
    Io io() {
        return new Io(this);
    }

    static final class Io implements FileIO, SupportsPrefixOperations {
        private static final long serialVersionUID = 1;

        private final transient FaultyStorage storage;

        Io(FaultyStorage storage) {
            this.storage = storage;
        }

        @Override
        public InputFile newInputFile(String path) {
            return new InputFile() {
                @Override
                public long getLength() {
                    storage.before("length of " + path);
                    return stored(path).bytes.length;
                }

                @Override
                public SeekableInputStream newStream() {
                    storage.before("read " + path);
                    return new Bytes(stored(path).bytes);
                }

                @Override
                public String location() {
                    return path;
                }

                @Override
                public boolean exists() {
                    return storage.files.containsKey(path);
                }
            };
        }

        private Stored stored(String path) {
            Stored stored = storage.files.get(path);
            if (stored == null) {
                throw new NotFoundException("no file %s", path);
            }
            return stored;
        }

        @Override
        public OutputFile newOutputFile(String path) {
            return new OutputFile() {
                @Override
                public PositionOutputStream create() {
                    return createOrOverwrite();
                }

                @Override
                public PositionOutputStream createOrOverwrite() {
                    return new Upload(storage, path);
                }

                @Override
                public String location() {
                    return path;
                }

                @Override
                public InputFile toInputFile() {
                    return newInputFile(path);
                }
            };
        }

        @Override
        public void deleteFile(String path) {
            storage.before("delete " + path);
            storage.files.remove(path);
        }

        @Override
        public Iterable<FileInfo> listPrefix(String prefix) {
            storage.before("list " + prefix);
            List<FileInfo> found = new ArrayList<>();
            storage.files.forEach((path, stored) -> {
                if (path.startsWith(prefix)) {
                    found.add(new FileInfo(path, stored.bytes.length, stored.createdAtMillis));
                }
            });
            return found;
        }

        @Override
        public void deletePrefix(String prefix) {
            throw new UnsupportedOperationException("nobody deletes by prefix");
        }
    }

    private static final class Upload extends PositionOutputStream {
        private final FaultyStorage storage;
        private final String path;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean isClosed;

        Upload(FaultyStorage storage, String path) {
            this.storage = storage;
            this.path = path;
        }

        @Override
        public long getPos() {
            return bytes.size();
        }

        @Override
        public void write(int value) {
            bytes.write(value);
        }

        @Override
        public void write(byte[] buffer, int from, int length) {
            bytes.write(buffer, from, length);
        }

        @Override
        public void close() {
            if (isClosed) {
                return;
            }
            isClosed = true;
            storage.before("write " + path);
            storage.files.put(path, new Stored(bytes.toByteArray(), storage.clock.millis()));
            storage.before("written " + path);
        }
    }

    private static final class Bytes extends SeekableInputStream {
        private final byte[] all;
        private ByteArrayInputStream rest;
        private long position;

        Bytes(byte[] all) {
            this.all = all;
            this.rest = new ByteArrayInputStream(all);
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void seek(long to) throws IOException {
            rest = new ByteArrayInputStream(all);
            position = rest.skip(to);
            if (position != to) {
                throw new IOException("seek to %d of %d".formatted(to, all.length));
            }
        }

        @Override
        public int read() {
            int value = rest.read();
            position += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] buffer, int from, int length) {
            int read = rest.read(buffer, from, length);
            position += Math.max(0, read);
            return read;
        }
    }
}
