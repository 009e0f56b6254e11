package dev.millrace.local.kinesis;

final class LocalKinesisCborTest extends LocalKinesisContract {
    @Override
    boolean cbor() {
        return true;
    }
}
