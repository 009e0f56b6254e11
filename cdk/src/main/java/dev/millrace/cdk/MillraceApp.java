package dev.millrace.cdk;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.DeviceTypes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.cxapi.CloudAssembly;

/// Synthesizes the two stacks `Millrace-<environment>-State` and `Millrace-<environment>-Flow`.
///
/// Runs by plain `java` or as the app of the CDK's command line; both give the same bytes. Needs Node.js 20 or newer
/// on the path (the CDK's core is JavaScript) and neither network nor credentials.
public final class MillraceApp {
    private MillraceApp() {
    }

    /// Arguments: `[-c key=value]… [--output DIR]`; the keys are those of `cdk.json`, see [Config]. The assembly goes
    /// to `DIR`, else where the CDK's command line wants it, else to `cdk.out`. Exit code 2 and one line on stderr
    /// if a setting is wrong; 1 and a line for each finding if the templates break a rule, see [#synthesize].
    public static void main(String[] args) {
        try {
            Arguments arguments = Arguments.parse(args, Path.of(System.getenv().getOrDefault("CDK_OUTDIR", "cdk.out")));
            // the demo spares itself what takes seconds; the tests of this module do it on every build
            boolean isQuick = "false".equals(System.getenv("CDK_VALIDATION"));
            synthesize(create(arguments.settings(), arguments.output()), !isQuick);
        } catch (RefusedTemplate e) {
            System.err.println("millrace: " + e.getMessage());
            System.exit(1);
        } catch (ConfigException e) {
            System.err.println("millrace: " + e.getMessage());
            System.exit(2);
        }
    }

    /// Synthesizes, and holds the templates against [TemplateRule#ALL] and cdk-nag. What is refused cannot be deployed: its
    /// assembly has no manifest.
    ///
    /// @param isNagged whether cdk-nag is asked
    /// @throws RefusedTemplate with every finding
    static void synthesize(App app, boolean isNagged) {
        CloudAssembly assembly = app.synth();
        Templates templates = Templates.of(assembly);
        List<String> findings = new ArrayList<>();
        TemplateRule.ALL.forEach(rule -> rule.check(templates, findings::add));
        if (isNagged) {
            findings.addAll(SolutionsChecks.unexplained(app));
        }
        if (!findings.isEmpty()) {
            try {
                Files.deleteIfExists(Path.of(assembly.getDirectory(), "manifest.json"));
            } catch (IOException e) {
                throw new UncheckedIOException(assembly.getDirectory(), e);
            }
            throw new RefusedTemplate(findings);
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

        StateStack state = new StateStack(app, "Millrace-" + config.environment() + "-State", new StateStack.Props(config, config.types()));
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
