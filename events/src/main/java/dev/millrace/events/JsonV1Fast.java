package dev.millrace.events;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// JSON v1 straight from the bytes, for payloads as devices really send them: plain ASCII, no escapes, numbers of
/// ordinary length. It knows no errors: at the first byte that is anything else it gives up, and [JsonV1] reads the
/// payload and says what is wrong with it. So it can only be faster, never more lenient; a differential test holds it
/// to that. What it accepts it reads exactly as [JsonV1] does.
///
/// Safe for many threads: its shape is only ever replaced as a whole.
final class JsonV1Fast {
    private static final int MEASURES_MAX = 256;
    /// Up to 15 digits and a power of ten up to 22 are exact doubles, so one division gives the nearest double
    /// (W. D. Clinger, "How to Read Floating Point Numbers Accurately").
    private static final int EXACT_DIGITS = 15;
    private static final double[] POWERS_OF_TEN = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

    private final NameCache names = new NameCache();
    private volatile Shape lastShape = new Shape(new String[0], new byte[0][], new String[0], new int[0]);

    /// The measures of a reading as they were written, and where each goes in the order of the names.
    ///
    /// @param members each as `"name":`
    private record Shape(String[] written, byte[][] members, String[] sorted, int[] places) {
        static Shape of(String[] written) {
            String[] sorted = written.clone();
            Arrays.sort(sorted);
            byte[][] members = new byte[written.length][];
            int[] places = new int[written.length];
            for (int i = 0; i < written.length; i++) {
                members[i] = "\"%s\":".formatted(written[i]).getBytes(ISO_8859_1);
                places[i] = Arrays.binarySearch(sorted, written[i]);
                if (i > 0 && sorted[i].equals(sorted[i - 1])) {
                    return null;
                }
            }
            return new Shape(written, members, sorted, places);
        }
    }

    /// @return the pack, or null if this payload is not for the fast way
    Pack decode(byte[] payload) {
        return new Walk(payload).pack();
    }

    /// One payload. Every method that reads returns whether, or says by a negative number that, it gives up.
    private final class Walk {
        private static final int V = 1;
        private static final int TYPE = 1 << 1;
        private static final int DEVICE = 1 << 2;
        private static final int EPOCH = 1 << 3;
        private static final int SEQ = 1 << 4;
        private static final int TS = 1 << 5;
        private static final int M = 1 << 6;
        private static final int READINGS = 1 << 7;
        private static final int HEAD = V | TYPE | DEVICE | EPOCH;
        private static final int SAMPLE = SEQ | TS | M;

        private final byte[] bytes;
        private int at;
        private String type;
        private String device;
        private long epoch;
        private long seq;
        private long ts;
        private Measures measures;
        private List<Sample> samples;
        private double number;

        private record Sample(long seq, long ts, Measures measures) {
        }

        Walk(byte[] bytes) {
            this.bytes = bytes;
        }

        Pack pack() {
            if (bytes.length > Pack.BYTES_MAX || !skip('{')) {
                return null;
            }
            int seen = 0;
            do {
                int member = member();
                if (member <= 0 || (seen & member) != 0 || !value(member)) {
                    return null;
                }
                seen |= member;
            } while (skip(','));
            if (!skip('}') || !isEnd() || epoch < 1 || epoch > ReadingId.EPOCH_MAX) {
                return null;
            }
            if (seen == (HEAD | SAMPLE) && isSeq(seq)) {
                return new Pack(device, type, epoch, List.of(reading(new Sample(seq, ts, measures))));
            }
            if (seen != (HEAD | READINGS)) {
                return null;
            }
            List<Reading> readings = new ArrayList<>(samples.size());
            for (Sample sample : samples) {
                readings.add(reading(sample));
            }
            return new Pack(device, type, epoch, readings);
        }

        private Reading reading(Sample sample) {
            return new Reading(new ReadingId(device, epoch, sample.seq), sample.ts, sample.measures);
        }

        private static boolean isSeq(long seq) {
            return seq >= 1 && seq <= ReadingId.SEQ_MAX;
        }

        private boolean value(int member) {
            return switch (member) {
                case V -> whole() == 1;
                case TYPE -> (type = name(false)) != null;
                case DEVICE -> (device = name(true)) != null;
                case EPOCH -> (epoch = whole()) >= 0;
                case READINGS -> readings();
                default -> sampleValue(member);
            };
        }

        private boolean sampleValue(int member) {
            return switch (member) {
                case SEQ -> (seq = whole()) >= 0;
                case TS -> (ts = whole()) >= 0;
                case M -> (measures = measures()) != null;
                default -> false;
            };
        }

        private boolean readings() {
            if (!skip('[')) {
                return false;
            }
            samples = new ArrayList<>();
            do {
                if (samples.size() == Pack.READINGS_MAX || !skip('{')) {
                    return false;
                }
                int seen = 0;
                do {
                    int member = member();
                    if (member <= 0 || (seen & member) != 0 || !sampleValue(member)) {
                        return false;
                    }
                    seen |= member;
                } while (skip(','));
                if (seen != SAMPLE || !isSeq(seq) || !skip('}')) {
                    return false;
                }
                samples.add(new Sample(seq, ts, measures));
            } while (skip(','));
            return skip(']');
        }

        /// A member's name and the colon behind it.
        private int member() {
            if (!skip('"')) {
                return -1;
            }
            int from = at;
            while (at < bytes.length && bytes[at] != '"') {
                at++;
            }
            int length = at - from;
            at++;
            int member = switch (length) {
                case 1 -> at <= bytes.length && bytes[from] == 'v' ? V : bytes[from] == 'm' ? M : 0;
                case 2 -> is("ts", from) ? TS : 0;
                case 3 -> is("seq", from) ? SEQ : 0;
                case 4 -> is("type", from) ? TYPE : 0;
                case 5 -> is("epoch", from) ? EPOCH : 0;
                case 6 -> is("device", from) ? DEVICE : 0;
                case 8 -> is("readings", from) ? READINGS : 0;
                default -> 0;
            };
            return skip(':') ? member : -1;
        }

        private boolean is(String word, int from) {
            for (int i = 0; i < word.length(); i++) {
                if (bytes[from + i] != word.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        /// A string that is a thing's name, or a type's or measure's.
        private String name(boolean isThing) {
            if (!skip('"')) {
                return null;
            }
            int from = at;
            while (at < bytes.length && (isThing ? Names.isThing(bytes[at]) : Names.isLower(bytes[at]))) {
                at++;
            }
            int length = at - from;
            boolean isValid = at < bytes.length && bytes[at] == '"' && length >= 1 && length <= (isThing ? 128 : 64)
                    && (isThing || Names.isLowerLetter(bytes[from]));
            at++;
            return isValid ? names.of(bytes, from, at - 1) : null;
        }

        private Measures measures() {
            if (!skip('{')) {
                return null;
            }
            Shape shape = lastShape;
            var values = new double[Math.max(4, shape.written.length)];
            String[] written = null;
            int count = 0;
            do {
                boolean isExpected = written == null && count < shape.written.length && skip(shape.members[count]);
                String name = isExpected ? shape.written[count] : name(false);
                if (name == null || !(isExpected || skip(':')) || !number() || count == MEASURES_MAX) {
                    return null;
                }
                if (count == values.length) {
                    values = Arrays.copyOf(values, count * 2);
                }
                if (written == null && (count >= shape.written.length || !shape.written[count].equals(name))) {
                    written = Arrays.copyOf(shape.written, Math.max(8, count + 1));
                }
                if (written != null) {
                    if (count == written.length) {
                        written = Arrays.copyOf(written, count * 2);
                    }
                    written[count] = name;
                }
                values[count++] = number;
            } while (skip(','));
            if (!skip('}')) {
                return null;
            }
            if (written != null || count != shape.written.length) {
                shape = Shape.of(Arrays.copyOf(written == null ? shape.written : written, count));
                if (shape == null) {
                    return null;
                }
                lastShape = shape;
            }
            var sorted = new double[count];
            for (int i = 0; i < count; i++) {
                sorted[shape.places[i]] = values[i];
            }
            return new Measures(shape.sorted, sorted);
        }

        /// Digits only, at most 18, without a leading zero.
        private long whole() {
            skipSpace();
            int from = at;
            long value = 0;
            while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
                value = value * 10 + (bytes[at] - '0');
                at++;
            }
            int digits = at - from;
            boolean isPlain = digits >= 1 && digits <= 18 && (bytes[from] != '0' || digits == 1) && !isNumberPart();
            return isPlain ? value : -1;
        }

        /// A number with at most 15 digits and without exponent, into [#number].
        private boolean number() {
            skipSpace();
            boolean isNegative = at < bytes.length && bytes[at] == '-';
            if (isNegative) {
                at++;
            }
            int from = at;
            long digits = 0;
            while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
                digits = digits * 10 + (bytes[at] - '0');
                at++;
            }
            int whole = at - from;
            int decimals = 0;
            if (whole == 0 || whole > EXACT_DIGITS || (bytes[from] == '0' && whole > 1)) {
                return false;
            }
            if (at < bytes.length && bytes[at] == '.') {
                at++;
                int point = at;
                while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
                    digits = digits * 10 + (bytes[at] - '0');
                    at++;
                }
                decimals = at - point;
                if (decimals == 0) {
                    return false;
                }
            }
            if (whole + decimals > EXACT_DIGITS || isNumberPart() || (isNegative && digits == 0)) {
                return false;
            }
            double value = digits / POWERS_OF_TEN[decimals];
            number = isNegative ? -value : value;
            return true;
        }

        private boolean isNumberPart() {
            return at < bytes.length && (bytes[at] == '.' || bytes[at] == 'e' || bytes[at] == 'E' || bytes[at] == '+' || bytes[at] == '-');
        }

        /// Goes past a byte and the white space before it.
        private boolean skip(char expected) {
            skipSpace();
            if (at < bytes.length && bytes[at] == expected) {
                at++;
                return true;
            }
            return false;
        }

        /// Goes past these bytes, if they are next.
        private boolean skip(byte[] expected) {
            int end = at + expected.length;
            boolean isNext = end <= bytes.length && Arrays.equals(bytes, at, end, expected, 0, expected.length);
            at = isNext ? end : at;
            return isNext;
        }

        private void skipSpace() {
            while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
                at++;
            }
        }

        private boolean isEnd() {
            skipSpace();
            return at == bytes.length;
        }
    }
}
