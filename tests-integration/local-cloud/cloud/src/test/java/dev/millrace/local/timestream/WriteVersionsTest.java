package dev.millrace.local.timestream;

import static dev.millrace.local.timestream.TimestreamServer.NOW;
import static dev.millrace.local.timestream.TimestreamServer.dimension;
import static dev.millrace.local.timestream.TimestreamServer.truck;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecord;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;

class WriteVersionsTest {
    private static final String ALL = "SELECT thing, speed_kmh FROM \"fleet\".\"readings\" ORDER BY thing";
    private static final String SPEED = "SELECT speed_kmh FROM \"fleet\".\"readings\"";

    private final TimestreamServer server = TimestreamServer.withTable(new TableSettings(6, 10, true, new PartitionKey.ByMeasure()));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theSameRecordAgainIsAccepted() {
        server.write(truck("truck-1", NOW, 10).version(5L).build());

        assertThat(server.rejected(truck("truck-1", NOW, 10).version(5L).build())).isEmpty();
        assertThat(server.query(SPEED)).containsExactly(List.of("10.0"));
    }

    @Test
    void aHigherVersionReplacesBeforeAndAfterAQuery() {
        server.write(truck("truck-1", NOW, 10).build());
        server.write(truck("truck-1", NOW, 20).version(2L).build());
        assertThat(server.query(SPEED)).containsExactly(List.of("20.0"));

        server.write(truck("truck-1", NOW, 30).version(3L).build());
        server.write(truck("truck-1", NOW, 40).version(4L).build());

        assertThat(server.query(SPEED)).containsExactly(List.of("40.0"));
    }

    @Test
    void aHigherVersionOfTheSameValueRaisesTheVersion() {
        server.write(truck("truck-1", NOW, 10).build());
        server.write(truck("truck-1", NOW, 10).version(7L).build());

        assertThat(server.rejected(truck("truck-1", NOW, 20).version(3L).build()).getFirst().existingVersion()).isEqualTo(7);
        assertThat(server.query(SPEED)).containsExactly(List.of("10.0"));
    }

    @Test
    void anotherValueInTheSameVersionIsRejectedAndTheRestStored() {
        server.write(truck("truck-2", NOW, 10).build());

        assertThatThrownBy(() -> server.write(truck("truck-1", NOW, 1).build(), truck("truck-2", NOW, 2).build(), truck("truck-3", NOW, 3).build()))
                .isInstanceOfSatisfying(RejectedRecordsException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(419);
                    assertThat(e.getMessage()).contains("One or more records have been rejected. See RejectedRecords for details.");
                    assertThat(e.rejectedRecords()).singleElement().satisfies(one -> {
                        assertThat(one.recordIndex()).isEqualTo(1);
                        assertThat(one.reason()).startsWith("A record already exists with the same time, dimensions, measure name, and record version.");
                        assertThat(one.existingVersion()).isNull();
                    });
                });
        assertThat(server.query(ALL)).containsExactly(List.of("truck-1", "1.0"), List.of("truck-2", "10.0"), List.of("truck-3", "3.0"));
    }

    @Test
    void aLowerVersionIsRejectedWithTheExistingOne() {
        server.write(truck("truck-1", NOW, 10).version(200L).build());

        List<RejectedRecord> rejected = server.rejected(truck("truck-1", NOW, 10).version(2L).build());

        assertThat(rejected).singleElement().satisfies(one -> {
            assertThat(one.reason()).isEqualTo("The record version 2 is lower than the existing version 200. A higher version is required to update the measure value.");
            assertThat(one.existingVersion()).isEqualTo(200);
        });
    }

    @Test
    void timeDimensionsAndMeasureNameMakeTheKey() {
        server.write(truck("truck-1", NOW, 1).build(), truck("truck-1", NOW.plusNanos(1), 2).build(), truck("truck-1", NOW, 3).measureName("other").build(),
                truck("truck-1", NOW, 4).dimensions(dimension("thing", "truck-1"), dimension("site", "A")).build());

        assertThat(server.query(SPEED)).hasSize(4);
    }

    @Test
    void theOrderOfDimensionsDoesNotMatter() {
        server.write(truck("x", NOW, 1).dimensions(dimension("thing", "truck-1"), dimension("site", "A")).build());

        assertThat(server.rejected(truck("x", NOW, 2).dimensions(dimension("site", "A"), dimension("thing", "truck-1")).build())).hasSize(1);
    }

    @Test
    void oneKeyTwiceInACallIsTakenOnce() {
        List<RejectedRecord> rejected = server.rejected(truck("truck-1", NOW, 1).build(), truck("truck-1", NOW, 2).version(2L).build());

        assertThat(rejected).singleElement().satisfies(one -> assertThat(one.recordIndex()).isEqualTo(1));
        assertThat(server.query(SPEED)).containsExactly(List.of("1.0"));
    }

    @Test
    void aLateDuplicateIsAcknowledgedNotAppliedAndCounted() {
        var late = NOW.minus(Duration.ofDays(2));
        server.write(truck("truck-1", late, 10).version(5L).build());

        assertThat(server.write(truck("truck-1", late, 20).version(5L).build()).recordsIngested().magneticStore()).isEqualTo(1);
        server.write(truck("truck-1", late, 30).version(4L).build());
        server.write(truck("truck-1", late, 10).version(5L).build());

        assertThat(server.timestream.magneticStoreRejectedRecords()).isEqualTo(2);
        assertThat(server.query(SPEED)).containsExactly(List.of("10.0"));
    }

    @Test
    void aRowThatHasAgedIntoTheMagneticStoreKeepsItsVersion() {
        server.write(truck("truck-1", NOW, 10).version(5L).build());
        server.clock.set(NOW.plus(Duration.ofDays(1)));

        server.write(truck("truck-1", NOW, 20).version(4L).build());
        server.write(truck("truck-1", NOW, 30).version(6L).build());

        assertThat(server.timestream.magneticStoreRejectedRecords()).isEqualTo(1);
        assertThat(server.query(SPEED)).containsExactly(List.of("30.0"));
    }

    @Test
    void aRowDisappearsAfterBothRetentions() {
        server.write(truck("truck-1", NOW, 10).build());
        server.clock.set(NOW.plus(Duration.ofDays(10)).plus(Duration.ofHours(6)));
        assertThat(server.query(SPEED)).hasSize(1);

        server.clock.set(NOW.plus(Duration.ofDays(10)).plus(Duration.ofHours(6)).plusSeconds(1));

        assertThat(server.query(SPEED)).isEmpty();
    }
}
