package dev.millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Google's runtime, knowing nothing but `pack.v1.proto` as Google's compiler read it, judges what we write and
/// writes what we must read.
class ProtobufReferenceTest {
    private static final PackCodec CODEC = PackCodec.protobufV1();
    private static final Descriptor PACK = descriptor();

    private static Descriptor descriptor() {
        try (InputStream in = resource("pack.v1.descriptors")) {
            return FileDescriptor.buildFrom(FileDescriptorSet.parseFrom(in).getFile(0), new FileDescriptor[0]).findMessageTypeByName("Pack");
        } catch (IOException | DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InputStream resource(String name) {
        InputStream in = ProtobufReferenceTest.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("not on the class path: " + name);
        }
        return in;
    }

    private static FieldDescriptor field(String name) {
        return PACK.findFieldByName(name);
    }

    @Test
    void theSchemaHasTheFieldsThatWeReadByNumber() {
        assertThat(PACK.getFields()).extracting(field -> "%s %s = %d".formatted(field.getType(), field.getName(), field.getNumber())).containsExactly(
                "UINT32 version = " + ProtobufPack.VERSION, "STRING type = " + ProtobufPack.TYPE, "STRING device = " + ProtobufPack.DEVICE,
                "UINT64 epoch = " + ProtobufPack.EPOCH, "UINT64 seq = " + ProtobufPack.SEQ, "SINT64 seq_steps = " + ProtobufPack.SEQ_STEPS,
                "UINT64 ts = " + ProtobufPack.TS, "SINT64 ts_steps = " + ProtobufPack.TS_STEPS, "STRING measures = " + ProtobufPack.MEASURES,
                "BYTES presence = " + ProtobufPack.PRESENCE, "DOUBLE values = " + ProtobufPack.VALUES);
    }

    @Test
    void whatWeWriteIsWhatGoogleReads() throws InvalidProtocolBufferException {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 1_000; round++) {
            Pack pack = RandomPacks.any(random);
            DynamicMessage message = DynamicMessage.parseFrom(PACK, CODEC.encode(pack));

            assertThat(message.getUnknownFields().asMap()).isEmpty();
            assertThat(new ProtobufMessages(PACK).pack(message)).as("round %d", round).isEqualTo(pack);
        }
    }

    @Test
    void whatGoogleWritesIsWhatWeRead() {
        var random = new SplittableRandom(6);
        for (int round = 0; round < 1_000; round++) {
            Pack pack = RandomPacks.any(random);
            byte[] payload = new ProtobufMessages(PACK).message(pack).toByteArray();

            assertThat(CODEC.decode(payload)).as("round %d", round).isEqualTo(new Decoded.Telemetry(pack));
            assertThat(PackCodec.anyFormat().decode(payload)).isEqualTo(new Decoded.Telemetry(pack));
        }
    }

    @Test
    void fieldsThatGoogleDoesNotKnowEitherAreSkipped() throws InvalidProtocolBufferException {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .mergeField(12, UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
                .mergeField(1_000, UnknownFieldSet.Field.newBuilder().addFixed32(7).addFixed64(8).build())
                .mergeField((1 << 29) - 1, UnknownFieldSet.Field.newBuilder().addLengthDelimited(PACK.toProto().toByteString()).build()).build();
        byte[] sample = Samples.validProtobuf("truck-gaps").payload();
        byte[] payload = DynamicMessage.parseFrom(PACK, sample).toBuilder().setUnknownFields(newer).build().toByteArray();

        assertThat(payload).hasSizeGreaterThan(sample.length + 100);
        assertThat(CODEC.decode(payload)).isEqualTo(CODEC.decode(sample));
    }

    @Test
    void numbersThatAreNotPackedOrComeInPiecesAreRead() throws InvalidProtocolBufferException {
        byte[] sample = Samples.validProtobuf("truck-gaps").payload();
        DynamicMessage message = DynamicMessage.parseFrom(PACK, sample);
        UnknownFieldSet.Builder loose = UnknownFieldSet.newBuilder();
        for (String name : List.of("seq_steps", "ts_steps", "values")) {
            for (Object value : (List<?>) message.getField(field(name))) {
                UnknownFieldSet.Field.Builder one = UnknownFieldSet.Field.newBuilder();
                loose.mergeField(field(name).getNumber(), value instanceof Double number
                        ? one.addFixed64(Double.doubleToLongBits(number)).build()
                        : one.addVarint((Long) value << 1 ^ (Long) value >> 63).build());
            }
        }
        byte[] rest = message.toBuilder().clearField(field("seq_steps")).clearField(field("ts_steps")).clearField(field("values")).build().toByteArray();
        var payload = new ByteArrayOutputStream();
        payload.writeBytes(rest);
        payload.writeBytes(loose.build().toByteArray());

        assertThat(CODEC.decode(payload.toByteArray())).isInstanceOf(Decoded.Telemetry.class).isEqualTo(CODEC.decode(sample));
        assertThat(DynamicMessage.parseFrom(PACK, payload.toByteArray())).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"valid/environment-single", "valid/environment-pack", "valid/truck-single", "valid/truck-gaps", "invalid/nan",
            "invalid/infinite", "invalid/seq-zero", "invalid/epoch-too-large", "invalid/no-measure", "invalid/thing-name", "invalid/measure-twice",
            "invalid/value-missing", "invalid/value-too-many", "invalid/presence-short", "invalid/presence-padding", "invalid/seq-steps-missing",
            "invalid/seq-back-to-zero", "invalid/seq-overflow", "invalid/ts-negative"})
    void aSamplesTextSaysWhatItsBytesSay(String name) throws IOException {
        try (InputStream text = resource("samples/" + name + ".txtpb"); InputStream bytes = resource("samples/" + name + ".pb")) {
            DynamicMessage.Builder message = DynamicMessage.newBuilder(PACK);
            TextFormat.merge(new String(text.readAllBytes(), UTF_8), message);

            assertThat(bytes.readAllBytes()).isEqualTo(message.build().toByteArray());
        }
    }

    @Test
    void validSamplesFromTextAreWrittenByUsByteForByte() {
        for (String name : List.of("environment-pack", "truck-single", "truck-gaps")) {
            byte[] payload = Samples.validProtobuf(name).payload();

            assertThat(CODEC.encode(((Decoded.Telemetry) CODEC.decode(payload)).pack())).as(name).isEqualTo(payload);
        }
    }
}
