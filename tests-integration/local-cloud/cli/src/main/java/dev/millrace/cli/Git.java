package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// The git of the machine, asked about a repository.
///
/// @param program mostly `git`
/// @param root    of the working tree
record Git(String program, Path root) {
    private record Answer(int exitCode, byte[] output, String errors) {
        String text() {
            return new String(output, UTF_8);
        }
    }

    /// What a check is against if nobody says: where this branch left the main one; on the main branch the commit before.
    ///
    /// @throws IllegalArgumentException if there is none
    String base() throws IOException, InterruptedException {
        String head = commit("HEAD");
        for (String main : List.of("origin/main", "main")) {
            Answer answer = ask("merge-base", "HEAD", main);
            String base = answer.text().strip();
            if (answer.exitCode == 0 && !base.equals(head)) {
                return base;
            }
        }
        return commit("HEAD~1");
    }

    /// @throws IllegalArgumentException if there is no such revision
    String commit(String revision) throws IOException, InterruptedException {
        Answer answer = ask("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}");
        if (answer.exitCode != 0) {
            throw new IllegalArgumentException("no such revision in %s: '%s'%s".formatted(root, revision, answer.errors.isBlank() ? "" : " (" + answer.errors.strip() + ")"));
        }
        return answer.text().strip();
    }

    /// The files below a folder, as a commit has them.
    List<String> files(String commit, String folder) throws IOException, InterruptedException {
        Answer answer = ask("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", folder + "/");
        return Stream.of(required(answer, "ls-tree").text().split("\0", -1)).filter(file -> !file.isEmpty()).toList();
    }

    byte[] read(String commit, String file) throws IOException, InterruptedException {
        return required(ask("cat-file", "blob", commit + ":" + file), "cat-file " + file).output;
    }

    private Answer required(Answer answer, String what) {
        if (answer.exitCode != 0) {
            throw new IllegalArgumentException("git %s in %s: %s".formatted(what, root, answer.errors.strip()));
        }
        return answer;
    }

    private Answer ask(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).directory(root.toFile()).start();
        } catch (IOException e) {
            throw new IllegalArgumentException("%s cannot be started, is it on the PATH? (%s)".formatted(program, e.getMessage()), e);
        }
        try (InputStream output = process.getInputStream(); InputStream errors = process.getErrorStream()) {
            CompletableFuture<String> told = CompletableFuture.supplyAsync(() -> text(errors));
            byte[] bytes = output.readAllBytes();
            return new Answer(process.waitFor(), bytes, told.join());
        }
    }

    private static String text(InputStream in) {
        try {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// As people know it.
    Optional<String> title(String commit) throws IOException, InterruptedException {
        Answer answer = ask("log", "-1", "--format=%h %s", commit);
        return answer.exitCode == 0 ? Optional.of(answer.text().strip()) : Optional.empty();
    }
}
