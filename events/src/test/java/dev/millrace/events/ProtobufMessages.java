package dev.millrace.events;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Packs from and to messages of Google's runtime, as somebody would program it who has read `pack.v1.proto` and not
/// our codec.
record ProtobufMessages(Descriptor schema) {
    DynamicMessage message(Pack pack) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(schema).setField(field("version"), 1)
                .setField(field("type"), pack.type()).setField(field("device"), pack.thing()).setField(field("epoch"), pack.epoch())
                .setField(field("seq"), pack.readings().getFirst().id().seq()).setField(field("ts"), pack.readings().getFirst().takenAtMillis());
        List<String> names = pack.readings().stream().flatMap(reading -> reading.measures().keySet().stream()).distinct().toList();
        names.forEach(name -> message.addRepeatedField(field("measures"), name));
        BigInteger presence = BigInteger.ZERO;
        int place = 0;
        Reading before = null;
        for (Reading reading : pack.readings()) {
            if (before != null) {
                message.addRepeatedField(field("seq_steps"), reading.id().seq() - before.id().seq());
                message.addRepeatedField(field("ts_steps"), reading.takenAtMillis() - before.takenAtMillis());
            }
            before = reading;
            for (String name : names) {
                if (reading.measures().containsKey(name)) {
                    presence = presence.setBit(place);
                    message.addRepeatedField(field("values"), reading.measures().get(name));
                }
                place++;
            }
        }
        return message.setField(field("presence"), littleEndian(presence, (place + 7) / 8)).build();
    }

    Pack pack(DynamicMessage message) {
        String thing = (String) message.getField(field("device"));
        long epoch = (Long) message.getField(field("epoch"));
        List<?> names = (List<?>) message.getField(field("measures"));
        List<?> values = (List<?>) message.getField(field("values"));
        List<?> seqSteps = (List<?>) message.getField(field("seq_steps"));
        List<?> tsSteps = (List<?>) message.getField(field("ts_steps"));
        ByteString presence = (ByteString) message.getField(field("presence"));
        long seq = (Long) message.getField(field("seq"));
        long ts = (Long) message.getField(field("ts"));
        List<Reading> readings = new ArrayList<>();
        int place = 0;
        int value = 0;
        for (int i = 0; i <= tsSteps.size(); i++) {
            if (i > 0) {
                seq += seqSteps.isEmpty() ? 1 : (Long) seqSteps.get(i - 1);
                ts += (Long) tsSteps.get(i - 1);
            }
            var measures = new TreeMap<String, Double>();
            for (Object name : names) {
                if (presence.isEmpty() || (presence.byteAt(place / 8) >> place % 8 & 1) == 1) {
                    measures.put((String) name, (Double) values.get(value++));
                }
                place++;
            }
            readings.add(new Reading(new ReadingId(thing, epoch, seq), ts, measures));
        }
        return new Pack(thing, (String) message.getField(field("type")), epoch, readings);
    }

    private FieldDescriptor field(String name) {
        return schema.findFieldByName(name);
    }

    private static ByteString littleEndian(BigInteger bits, int length) {
        var bytes = new byte[length];
        for (int bit = 0; bit < bits.bitLength(); bit++) {
            if (bits.testBit(bit)) {
                bytes[bit / 8] |= (byte) (1 << bit % 8);
            }
        }
        return ByteString.copyFrom(bytes);
    }
}
