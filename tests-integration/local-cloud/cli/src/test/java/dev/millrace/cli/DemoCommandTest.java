package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoCommandTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            demo --profile toaster | unknown device type 'toaster', expected one of [environment, machine, truck]
            demo --format xml      | --format must be one of [json, protobuf]: xml
            demo --seconds 0       | --seconds must be 1 to 86400: 0
            demo --devices 5001    | --devices must be 1 to 5000: 5001
            demo --interval-ms 1   | --interval-ms must be 10 to 3600000: 1
            demo --transport bus   | expected one of [mqtt, direct]
            demo --transport direct --devices 100001 | --devices must be 1 to 100000: 100001
            demo --transport direct --reboot 0.1 | --reboot must be 0 for --transport direct: 0.1
            demo --mqtt-port 70000 | --mqtt-port must be 0 to 65535: 70000
            demo --seconds soon    | Invalid value for option '--seconds': 'soon' is not an int
            demo --color red       | Unknown options: '--color', 'red'
            """)
    void wrongArgumentsEndWithExitCode2AndSayWhatWasExpected(String arguments, String message) {
        var errors = new StringWriter();

        int exitCode = new CommandLine(new Millrace()).setErr(new PrintWriter(errors, true)).execute(arguments.split(" "));

        assertThat(exitCode).isEqualTo(2);
        assertThat(errors.toString()).contains(message);
    }
}
