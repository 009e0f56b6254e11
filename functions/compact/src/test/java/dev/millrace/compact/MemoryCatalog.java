package dev.millrace.compact;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.BaseMetastoreCatalog;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;

/// A catalog that swaps a table's metadata atomically, as Glue does with its VersionId. The call may be lost before or
/// after the swap.
final class MemoryCatalog extends BaseMetastoreCatalog {
    private final FaultyStorage storage;
    private final Map<TableIdentifier, String> locations = new ConcurrentHashMap<>();

    MemoryCatalog(FaultyStorage storage) {
        this.storage = storage;
        initialize("memory", Map.of());
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier name) {
        return new Operations(name);
    }

    @Override
    protected String defaultWarehouseLocation(TableIdentifier name) {
        return "s3://lake/" + name;
    }

    @Override
    public List<TableIdentifier> listTables(Namespace namespace) {
        return List.copyOf(locations.keySet());
    }

    @Override
    public boolean dropTable(TableIdentifier name, boolean purge) {
        throw new UnsupportedOperationException("nobody drops a table");
    }

    @Override
    public void renameTable(TableIdentifier from, TableIdentifier to) {
        throw new UnsupportedOperationException("nobody renames a table");
    }

    private final class Operations extends BaseMetastoreTableOperations {
        private final TableIdentifier name;
        private final FileIO io = storage.io();

        Operations(TableIdentifier name) {
            this.name = name;
        }

        @Override
        protected String tableName() {
            return name.toString();
        }

        @Override
        public FileIO io() {
            return io;
        }

        @Override
        protected void doRefresh() {
            storage.before("get table");
            String location = locations.get(name);
            if (location == null) {
                if (currentMetadataLocation() != null) {
                    throw new NoSuchTableException("no table %s", name);
                }
                disableRefresh();
                return;
            }
            // no retries: the library waits long between them
            refreshFromMetadataLocation(location, 0);
        }

        @Override
        protected void doCommit(TableMetadata base, TableMetadata metadata) {
            String next = writeNewMetadataIfRequired(base == null, metadata);
            storage.before("update table");
            String expected = base == null ? null : base.metadataFileLocation();
            locations.compute(name, (_, current) -> {
                if (!Objects.equals(current, expected)) {
                    throw new CommitFailedException("table %s was changed", name);
                }
                return next;
            });
            try {
                storage.before("table updated");
            } catch (RuntimeException e) {
                throw new CommitStateUnknownException(e);
            }
        }
    }
}
