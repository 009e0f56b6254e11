package dev.millrace.worker;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.kinesis.exceptions.ThrottlingException;
import software.amazon.kinesis.processor.Checkpointer;
import software.amazon.kinesis.processor.PreparedCheckpointer;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;

/// What was checkpointed, in memory.
final class FakeCheckpointer implements RecordProcessorCheckpointer {
    /// What a checkpoint without a sequence number stands for: all that KCL has handed out.
    static final String EVERYTHING = "everything";

    private final List<String> checkpoints = new ArrayList<>();
    private int toThrottle;

    List<String> checkpoints() {
        return List.copyOf(checkpoints);
    }

    /// The next checkpoints are not taken.
    void throttles(int times) {
        toThrottle = times;
    }

    @Override
    public void checkpoint() throws ThrottlingException {
        note(EVERYTHING);
    }

    @Override
    public void checkpoint(String sequenceNumber) throws ThrottlingException {
        note(sequenceNumber);
    }

    private void note(String what) throws ThrottlingException {
        if (toThrottle > 0) {
            toThrottle--;
            throw new ThrottlingException("test");
        }
        checkpoints.add(what);
    }

    @Override
    public void checkpoint(Record record) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkpoint(String sequenceNumber, long subSequenceNumber) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint() {
        throw new UnsupportedOperationException();
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(byte[] state) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(Record record) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(Record record, byte[] state) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(String sequenceNumber) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(String sequenceNumber, byte[] state) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(String sequenceNumber, long subSequenceNumber) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(String sequenceNumber, long subSequenceNumber, byte[] state) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Checkpointer checkpointer() {
        throw new UnsupportedOperationException();
    }
}
