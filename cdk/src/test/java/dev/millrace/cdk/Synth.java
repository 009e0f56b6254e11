package dev.millrace.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;

/// Templates for the tests. The default one is synthesized once a JVM, because the first synthesis takes seconds; it
/// ran through the library's validator in strict mode, so that whoever uses it has a valid template.
final class Synth {
    private static final class Default {
        static final Templates TEMPLATES = synthesize(Map.of());
    }

    /// Both templates as CloudFormation gets them.
    record Templates(JsonNode state, JsonNode flow) {
    }

    private Synth() {
    }

    static Templates templates() {
        return Default.TEMPLATES;
    }

    static Templates synthesize(Map<String, ?> settings) {
        App app = app(settings);
        String environment = settings.containsKey("environment") ? settings.get("environment").toString() : "dev";
        return new Templates(template(app, "Millrace-" + environment + "-State"), template(app, "Millrace-" + environment + "-Flow"));
    }

    /// An app whose synthesis fails on any finding of the validator, with zips and a container that hold no code.
    static App app(Map<String, ?> settings) {
        try {
            Path directory = Files.createTempDirectory(Path.of("target"), "synth");
            emptyZip(directory.resolve("ingest-lambda.zip"), "ingest");
            emptyZip(directory.resolve("archive-lambda.zip"), "archive");
            emptyZip(directory.resolve("provision-lambda.zip"), "provision");
            emptyZip(directory.resolve("sweep-lambda.zip"), "sweep");
            emptyZip(directory.resolve("compact-lambda.zip"), "compact");
            emptyZip(directory.resolve("redrive-lambda.zip"), "redrive");
            emptyZip(directory.resolve("completeness-lambda.zip"), "completeness");
            Path container = Files.createDirectories(directory.resolve("container"));
            Files.writeString(container.resolve("Dockerfile"), "FROM scratch");
            Map<String, Object> overrides = new LinkedHashMap<>();
            overrides.put("@aws-cdk/core:appMode", "inmemory");
            overrides.put("@aws-cdk/core:validateAgainstDefaultRules", true);
            overrides.put("@aws-cdk/core:strictCfnValidateErrors", true);
            overrides.put("functionZips", directory.toString());
            overrides.put("workerContainer", container.toString());
            overrides.putAll(settings);
            return MillraceApp.create(overrides, directory.resolve("cdk.out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode template(App app, String stack) {
        return new ObjectMapper().valueToTree(Template.fromStack((Stack) app.getNode().findChild(stack)).toJSON());
    }

    private static void emptyZip(Path zip, String entry) throws IOException {
        try (OutputStream out = Files.newOutputStream(zip); ZipOutputStream entries = new ZipOutputStream(out)) {
            entries.putNextEntry(new ZipEntry(entry));
        }
    }
}
