package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The statements of the policies in a synthesized app, and the app without one of them.
///
/// @param assembly the directory that `cdk synth` wrote
record RoleStatements(Path assembly) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEMPLATE = ".template.json";

    /// A statement of a policy.
    ///
    /// @param template the file that it stands in
    /// @param policy   logical id
    /// @param index    of the statement in its policy
    record Statement(String template, String policy, int index, JsonNode body) {
        /// Words of which one is in every complaint about the statement's absence: a device that is refused is not told why.
        List<String> complaints() {
            List<String> words = new ArrayList<>();
            JsonNode action = body.get("Action");
            (action.isArray() ? action.valueStream() : Stream.of(action)).map(JsonNode::asText)
                    .forEach(name -> words.add(name.startsWith("iot:") && !name.equals("iot:Publish") ? "403 AccessDenied" : name));
            return words;
        }

        @Override
        public String toString() {
            return "%s[%d] %s".formatted(policy, index, body.get("Action"));
        }
    }

    List<Statement> all() throws IOException {
        List<Statement> all = new ArrayList<>();
        for (Path file : files()) {
            if (file.toString().endsWith(TEMPLATE)) {
                for (Map.Entry<String, JsonNode> resource : JSON.readTree(file.toFile()).path("Resources").properties()) {
                    if (resource.getValue().path("Type").asText().equals("AWS::IAM::Policy")) {
                        JsonNode statements = resource.getValue().at("/Properties/PolicyDocument/Statement");
                        for (int index = 0; index < statements.size(); index++) {
                            all.add(new Statement(file.getFileName().toString(), resource.getKey(), index, statements.get(index)));
                        }
                    }
                }
            }
        }
        return all;
    }

    /// Writes the app without a statement: beside the original, since its assets are named by their way from there.
    Path without(Statement statement) throws IOException {
        Path copy = Files.createTempDirectory(assembly.getParent(), "without-");
        for (Path file : files()) {
            if (Files.isRegularFile(file)) {
                Files.copy(file, copy.resolve(file.getFileName()));
            } else {
                Files.createSymbolicLink(copy.resolve(file.getFileName()), file);
            }
        }
        Path template = copy.resolve(statement.template());
        JsonNode root = JSON.readTree(template.toFile());
        ((ArrayNode) root.path("Resources").path(statement.policy()).at("/Properties/PolicyDocument/Statement")).remove(statement.index());
        Files.writeString(template, root.toPrettyString());
        return copy;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(assembly)) {
            return files.sorted().toList();
        }
    }
}
