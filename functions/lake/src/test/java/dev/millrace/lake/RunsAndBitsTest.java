package dev.millrace.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What we encode, Parquet's own library decodes.
class RunsAndBitsTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void numbersInRunsAndWithoutAreReadBack(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            int width = random.nextInt(1, 21);
            int[] values = numbers(random, width, random.nextInt(1, 2_000));
            int from = random.nextInt(values.length);
            int to = random.nextInt(from, values.length) + 1;

            assertThat(readBack(values, from, to, width)).as("round %d, width %d", round, width).containsExactly(Arrays.copyOfRange(values, from, to));
        }
    }

    @Test
    void aDictionaryOfOneNeedsNoBits() throws IOException {
        assertThat(readBack(new int[100], 0, 100, 0)).containsExactly(new int[100]);
    }

    @Test
    void aLongRunCostsItsLengthAndItsNumber() {
        var out = new LittleEndianBytes(4);
        new RunsAndBits(out, 9).put(new int[100_000], 0, 100_000);

        assertThat(out.size()).isEqualTo(3 + 2);
    }

    private static int[] numbers(SplittableRandom random, int width, int count) {
        var values = new int[count];
        for (int i = 0; i < count;) {
            int value = random.nextInt(1 << width);
            int end = Math.min(count, i + (random.nextInt(3) == 0 ? random.nextInt(1, 40) : 1));
            Arrays.fill(values, i, end, value);
            i = end;
        }
        return values;
    }

    private static int[] readBack(int[] values, int from, int to, int width) throws IOException {
        var out = new LittleEndianBytes(1);
        new RunsAndBits(out, width).put(values, from, to);
        var decoder = new RunLengthBitPackingHybridDecoder(width, new ByteArrayInputStream(out.toByteArray()));
        var read = new int[to - from];
        for (int i = 0; i < read.length; i++) {
            read[i] = decoder.readInt();
        }
        return read;
    }
}
