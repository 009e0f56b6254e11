package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pins the template to the code that it deploys: the only test that looks into the real deployment packages, which
/// the build copies to `target/lambda`. It runs in `mvn verify` (`mvn test` has no packages yet).
class HandlersTest {
    private static final Path ZIPS = Path.of("target/lambda");

    @Test
    void everyHandlerIsInThePackageThatItIsDeployedWith(@TempDir Path assembly) throws IOException {
        MillraceApp.create(Map.of("functionZips", ZIPS.toString()), assembly).synth();
        JsonNode flow = new ObjectMapper().readTree(assembly.resolve("Millrace-dev-Flow.template.json").toFile());

        assertThat(Read.properties(flow, "AWS::Lambda::Function")).hasSize(5).allSatisfy(function -> {
            String[] handler = function.get("Handler").asText().split("::", -1);
            Path deployed = assembly.resolve("asset." + function.get("Code").get("S3Key").asText());

            assertThat(ClassFiles.ofPackage(deployed, handler[0])).as(handler[0]).hasValueSatisfying(model -> {
                assertThat(function.get("Runtime").asText()).isEqualTo("java" + ClassFiles.release(model));
                assertCallable(model, handler[1]);
            });
        });
    }

    private static void assertCallable(ClassModel model, String method) {
        assertThat(model.flags().has(AccessFlag.PUBLIC)).as("class is public").isTrue();
        assertThat(model.interfaces()).extracting(type -> type.asInternalName()).contains("com/amazonaws/services/lambda/runtime/RequestStreamHandler");
        assertThat(model.methods()).anySatisfy(candidate -> {
            assertThat(candidate.methodName().stringValue()).isEqualTo("<init>");
            assertThat(candidate.methodType().stringValue()).isEqualTo("()V");
            assertThat(candidate.flags().has(AccessFlag.PUBLIC)).as("constructor is public").isTrue();
        });
        assertThat(model.methods()).extracting(candidate -> candidate.methodName().stringValue()).contains(method);
    }
}
