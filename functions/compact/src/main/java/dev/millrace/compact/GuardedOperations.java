package dev.millrace.compact;

import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/// A table's operations that commit only onto the state from which the commit was prepared. Iceberg tries an append again
/// onto whatever was committed meanwhile; two runs that took the same landing objects would double every row.
///
/// The check is part of the commit: the catalog takes it only if the metadata that was checked is still the table's.
record GuardedOperations(TableOperations operations, String table, String expectedState) implements TableOperations {
    @Override
    public TableMetadata current() {
        return operations.current();
    }

    @Override
    public TableMetadata refresh() {
        return operations.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
        String found = ReadingsTable.stateFile(base).orElse("");
        if (!found.equals(expectedState)) {
            throw new CommittedElsewhere(table, expectedState, found);
        }
        operations.commit(base, metadata);
    }

    @Override
    public FileIO io() {
        return operations.io();
    }

    @Override
    public EncryptionManager encryption() {
        return operations.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
        return operations.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
        return operations.locationProvider();
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
        return operations.temp(uncommitted);
    }

    @Override
    public long newSnapshotId() {
        return operations.newSnapshotId();
    }

    @Override
    public boolean requireStrictCleanup() {
        return operations.requireStrictCleanup();
    }
}
