package dev.millrace.local.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FunctionSpecTest {
    private static final String ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f";

    private static FunctionSpec spec(String arn, int memory, Duration timeout, Map<String, String> environment) {
        return new FunctionSpec("f", arn, Path.of("f.zip"), "H", memory, timeout, environment);
    }

    @Test
    void theVersionIsTheQualifierOfTheArn() {
        assertThat(spec(ARN, 512, Duration.ofSeconds(3), Map.of()).version()).isEqualTo("$LATEST");
        assertThat(spec(ARN + ":live", 512, Duration.ofSeconds(3), Map.of()).version()).isEqualTo("live");
    }

    @Test
    void rangesOfAwsAreChecked() {
        assertThatThrownBy(() -> spec(ARN, 127, Duration.ofSeconds(3), Map.of())).hasMessageContaining("128..10240 MB: 127");
        assertThatThrownBy(() -> spec(ARN, 128, Duration.ofSeconds(901), Map.of())).hasMessageContaining("1..900 s");
        assertThatThrownBy(() -> spec(ARN, 128, Duration.ofSeconds(3), Map.of("A", "x".repeat(4096))))
                .hasMessageContaining("4097 characters");
        assertThatThrownBy(() -> spec(ARN, 128, Duration.ofSeconds(3), Map.of("AWS_LAMBDA_X", "x")))
                .hasMessageContaining("reserved AWS_LAMBDA_X");
    }

    @Test
    void theNativeLibraryFitsTheMachine() {
        assertThat(RuntimeInterfaceClient.nativeLibrary("Linux", "amd64", false))
                .isEqualTo("libaws-lambda-jni.linux-x86_64.so");
        assertThat(RuntimeInterfaceClient.nativeLibrary("Linux", "aarch64", true))
                .isEqualTo("libaws-lambda-jni.linux_musl-aarch_64.so");
        assertThatThrownBy(() -> RuntimeInterfaceClient.nativeLibrary("Mac OS X", "aarch64", false))
                .hasMessageContaining("Linux only");
        assertThatThrownBy(() -> RuntimeInterfaceClient.onClassPath("a.jar:b.jar"))
                .hasMessageContaining("aws-lambda-java-runtime-interface-client");
    }
}
