package dev.millrace.cdk;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.DeviceTypes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awscdk.App;

/// Synthesizes the two stacks `Millrace-<environment>-State` and `Millrace-<environment>-Flow`.
///
/// Runs by plain `java` or as the app of the CDK's command line; both give the same bytes. Needs Node.js 20 or newer
/// on the path (the CDK's core is JavaScript) and neither network nor credentials.
public final class MillraceApp {
    private MillraceApp() {
    }

    /// Arguments: `[-c key=value]… [--output DIR]`; the keys are those of `cdk.json`, see [Config]. The assembly goes
    /// to `DIR`, else where the CDK's command line wants it, else to `cdk.out`. Exit code 2 and one line on stderr
    /// if a setting is wrong.
    public static void main(String[] args) {
        try {
            Arguments arguments = Arguments.parse(args, Path.of(System.getenv().getOrDefault("CDK_OUTDIR", "cdk.out")));
            create(arguments.settings(), arguments.output()).synth();
        } catch (ConfigException e) {
            System.err.println("millrace: " + e.getMessage());
            System.exit(2);
        }
    }

    /// The app, not yet synthesized.
    ///
    /// @param overrides context that wins over `cdk.json`
    /// @throws ConfigException if a setting is wrong
    static App create(Map<String, ?> overrides, Path output) {
        Map<String, Object> context = defaults();
        context.putAll(overrides);
        App app = App.Builder.create()
                .context(context)
                .outdir(output.toString())
                .analyticsReporting(false)
                // they name temporary folders and would make each assembly differ
                .stackTraces(false)
                .build();
        Config config = Config.from(contextOf(app));

        StateStack state = new StateStack(app, "Millrace-" + config.environment() + "-State", new StateStack.Props(config, DeviceTypes.shipped().all()));
        new FlowStack(app, "Millrace-" + config.environment() + "-Flow",
                new FlowStack.Props(config, DeviceTypes.shipped().all(), state.stream(), state.states(), state.serials(), state.hotStore(), state.lake(),
                        state.glueDatabase(), state.failures()));
        return app;
    }

    /// What the app really got: the command line of the CDK puts its own context over the one that is given.
    private static Map<String, Object> contextOf(App app) {
        Map<String, Object> context = new LinkedHashMap<>();
        ((Map<?, ?>) app.getNode().getAllContext()).forEach((key, value) -> context.put((String) key, value));
        return context;
    }

    /// The `context` of the `cdk.json` that this module was built with.
    private static Map<String, Object> defaults() {
        try (InputStream in = MillraceApp.class.getResourceAsStream("cdk.json")) {
            if (in == null) {
                throw new IllegalStateException("cdk.json is not on the class path beside " + MillraceApp.class.getName());
            }
            Map<String, Object> file = new ObjectMapper().readValue(in, new TypeReference<>() {
            });
            Map<String, Object> context = new LinkedHashMap<>();
            ((Map<?, ?>) file.get("context")).forEach((key, value) -> context.put((String) key, value));
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException("cdk.json", e);
        }
    }
}
