package dev.millrace.benchmarks.flink;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/// Bytes to readings. What is no message counts as one rejected, as in our function.
final class Parse extends RichFlatMapFunction<byte[], TruckReading> {
    private static final long serialVersionUID = 1L;

    private transient ObjectReader reader;

    @Override
    public void open(OpenContext context) {
        reader = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build().readerFor(TruckMessage.class);
    }

    @Override
    public void flatMap(byte[] payload, Collector<TruckReading> out) {
        TruckMessage message;
        try {
            message = reader.readValue(payload);
        } catch (IOException _) {
            Tallies.REJECTED.increment();
            return;
        }
        for (TruckMessage.Sample sample : message.samples()) {
            out.collect(new TruckReading(message.device(), message.epoch(), sample));
        }
    }
}
