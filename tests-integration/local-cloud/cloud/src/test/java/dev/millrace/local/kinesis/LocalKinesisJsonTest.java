package dev.millrace.local.kinesis;

final class LocalKinesisJsonTest extends LocalKinesisContract {
    @Override
    boolean cbor() {
        return false;
    }
}
