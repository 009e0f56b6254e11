package dev.millrace.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class VirtualThreadsTest {
    private static final long LONG_MILLIS = 60_000;
    private final VirtualThreads threads = new VirtualThreads();

    @Test
    void tasksRunAtTheSameTime() {
        var both = new CyclicBarrier(2);
        Runnable meet = () -> {
            try {
                both.await();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };

        threads.run(List.of(meet, meet), LONG_MILLIS);

        assertThat(both.isBroken()).isFalse();
    }

    @Test
    void aTaskThatDoesNotEndInTimeIsInterruptedAndLeftBehind() throws Exception {
        var interrupted = new CountDownLatch(1);
        var never = new CountDownLatch(1);

        threads.run(List.of(() -> {
            try {
                never.await();
            } catch (InterruptedException _) {
                interrupted.countDown();
            }
        }), 20);

        interrupted.await();
    }

    @Test
    void whatATaskThrowsIsThrown() {
        assertThatIllegalStateException().isThrownBy(() -> threads.run(List.of(() -> {
            throw new IllegalStateException("a defect");
        }), LONG_MILLIS)).withMessage("a defect");
    }
}
