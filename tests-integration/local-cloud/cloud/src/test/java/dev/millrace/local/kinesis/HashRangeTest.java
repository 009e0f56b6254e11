package dev.millrace.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HashRangeTest {
    @Test
    void theHashIsTheMd5OfTheKeyAsUnsignedNumber() {
        // RFC 1321, appendix A.5
        assertThat(HashRange.hash("abc").toString(16)).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
        assertThat(HashRange.hash("a")).isEqualTo(new BigInteger("0cc175b9c0f1b6a831c399e269772661", 16));
    }

    @Test
    void anyNumberOfPartsCoversTheWholeKeySpaceOnce() {
        for (int parts = 1; parts <= 7; parts++) {
            List<HashRange> ranges = HashRange.even(parts);
            assertThat(ranges.getFirst().start()).isZero();
            assertThat(ranges.getLast().end()).isEqualTo(HashRange.MAX);
            for (int i = 1; i < parts; i++) {
                assertThat(ranges.get(i).start()).isEqualTo(ranges.get(i - 1).end().add(BigInteger.ONE));
            }
        }
    }
}
