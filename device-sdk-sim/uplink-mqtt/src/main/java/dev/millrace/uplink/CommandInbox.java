package dev.millrace.uplink;

import dev.millrace.events.Names;
import java.util.function.Consumer;

/// Reads what comes on a thing's command topics, `cmd/<thing>/<command>`. The thing's policy keeps others from
/// listening there; who may publish there is decided by the cloud's policies.
final class CommandInbox {
    private final String prefix;
    private final Commands commands;
    private final Consumer<String> problems;

    /// @param problems hears of what is no command, for a person
    CommandInbox(String thing, Commands commands, Consumer<String> problems) {
        this.prefix = "cmd/%s/".formatted(Names.requireThing(thing));
        this.commands = commands;
        this.problems = problems;
    }

    /// What the thing subscribes to.
    String filter() {
        return prefix + "#";
    }

    void received(String topic, byte[] payload) {
        if (!topic.startsWith(prefix)) {
            // of what else goes over the connection, others hear
            return;
        }
        if (!topic.equals(prefix + "resend")) {
            problems.accept("message on %s is no command, expected %sresend".formatted(Names.shown(topic), prefix));
            return;
        }
        try {
            ResendCommand command = ResendCommand.parse(payload);
            commands.resend(command.epoch(), command.seqs());
        } catch (IllegalArgumentException e) {
            problems.accept("command on %s refused: %s".formatted(topic, e.getMessage()));
        }
    }
}
