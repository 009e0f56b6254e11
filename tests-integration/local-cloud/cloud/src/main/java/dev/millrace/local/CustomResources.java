package dev.millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.local.lambda.FunctionInvoker;
import dev.millrace.local.lambda.InvocationResult;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.Provisioned.Standing;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import dev.millrace.local.template.TemplateDeployer;
import dev.millrace.local.template.TemplateException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Resources that functions of the template make: types `Custom::…` and `AWS::CloudFormation::CustomResource`.
///
/// They are collected while the template is deployed and made one after the other when the functions run, in the order in
/// which CloudFormation would. Each deployment says Create, also over the data of an earlier one. Source of the exchange:
/// AWS CloudFormation user guide, "Custom resource request and response objects".
final class CustomResources {
    /// AWS waits an hour unless the template says `ServiceTimeout`; nobody waits so long at a demo.
    private static final int PATIENCE_SECONDS = 60;
    private static final int PATIENCE_SECONDS_MAX = 3_600;

    private final LambdaResources lambda;
    private final List<Wanted> wanted = new ArrayList<>();

    /// @param function whom to ask
    /// @param arn      what the template calls the function
    /// @param patience how long to wait for the answer
    private record Wanted(ResourceRequest resource, String function, String arn, Duration patience) {
        TemplateException failed(String why) {
            return new TemplateException("stack %s, resource %s (%s): function %s %s"
                    .formatted(resource.stack(), resource.logicalId(), resource.type(), function, why));
        }
    }

    CustomResources(LambdaResources lambda) {
        this.lambda = lambda;
    }

    Map<String, ResourceProvider> providers() {
        return Map.of(TemplateDeployer.CUSTOM_TYPES, this::want, "AWS::CloudFormation::CustomResource", this::want);
    }

    private Provisioned want(ResourceRequest request) {
        String arn = request.requiredText("ServiceToken");
        if (lambda.isHelper(arn)) {
            return new Provisioned(request.logicalId(), Map.of(), Standing.NOT_SIMULATED);
        }
        String function = lambda.functionOf(arn).orElseThrow(() -> request.wrong("ServiceToken", "the ARN of a function or alias of the template", arn));
        int seconds = request.integer("ServiceTimeout", PATIENCE_SECONDS);
        if (seconds < 1 || seconds > PATIENCE_SECONDS_MAX) {
            throw request.wrong("ServiceTimeout", "1 to %d seconds".formatted(PATIENCE_SECONDS_MAX), seconds);
        }
        wanted.add(new Wanted(request, function, arn, Duration.ofSeconds(seconds)));
        return Provisioned.madeLater(request.logicalId());
    }

    /// Asks the functions for their resources.
    ///
    /// @param ids of requests
    /// @throws TemplateException if a function says FAILED, fails, or does not answer, with what it said
    void make(FunctionInvoker functions, Supplier<UUID> ids, Consumer<String> progress) throws IOException, InterruptedException {
        if (wanted.isEmpty()) {
            return;
        }
        try (CustomResourceAnswers answers = CustomResourceAnswers.open(); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Wanted one : wanted) {
                progress.accept("asking function %s for %s %s".formatted(one.function(), one.resource().type(), one.resource().logicalId()));
                String request = ids.get().toString();
                CompletableFuture<JsonNode> answer = answers.expect(request);
                CompletableFuture<InvocationResult> invocation = invoke(functions, one, request(one, request, answers.url(request)), threads);
                try {
                    require(one, request, answer(one, answer, invocation));
                    letReturn(one, invocation);
                } finally {
                    // else closing the threads would wait for a function that sleeps
                    invocation.cancel(true);
                }
            }
        }
    }

    private static CompletableFuture<InvocationResult> invoke(FunctionInvoker functions, Wanted one, ObjectNode event, ExecutorService threads) {
        var invocation = new CompletableFuture<InvocationResult>();
        var task = threads.submit(() -> {
            try {
                invocation.complete(functions.invoke(one.function(), event.toString().getBytes(UTF_8)));
            } catch (InterruptedException | RuntimeException e) {
                invocation.completeExceptionally(e);
            }
        });
        var _ = invocation.whenComplete((_, _) -> task.cancel(true));
        return invocation;
    }

    /// What the function put, even if it failed afterwards. It cannot put anything any more when it has returned, so nobody waits
    /// then: AWS would invoke it twice more if it failed, and wait on.
    private static JsonNode answer(Wanted one, CompletableFuture<JsonNode> answer, CompletableFuture<InvocationResult> invocation) throws InterruptedException {
        try {
            CompletableFuture.anyOf(answer, invocation).get(one.patience().toSeconds(), TimeUnit.SECONDS);
            if (answer.isDone()) {
                return answer.get();
            }
            throw one.failed("ended without an answer to the ResponseURL: " + invocation.get().inWords());
        } catch (TimeoutException e) {
            throw new TemplateException(one.failed("has not answered to the ResponseURL within %d s".formatted(one.patience().toSeconds())).getMessage(), e);
        } catch (ExecutionException e) {
            throw new TemplateException(one.failed("could not be asked: " + e.getCause().getMessage()).getMessage(), e.getCause());
        }
    }

    /// A function that has answered is about to return: its environment is used again, so it is not cut off.
    private static void letReturn(Wanted one, CompletableFuture<InvocationResult> invocation) throws InterruptedException {
        try {
            invocation.get(one.patience().toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException _) {
            // the resource is made all the same
        }
    }

    private static void require(Wanted one, String request, JsonNode answer) {
        String reason = answer.path("Reason").asText("no Reason given");
        switch (answer.path("Status").asText()) {
            case "SUCCESS" -> {
                Map<String, String> expected = Map.of("StackId", stackId(one.resource()), "RequestId", request, "LogicalResourceId", one.resource().logicalId());
                expected.forEach((member, value) -> {
                    if (!answer.path(member).asText().equals(value)) {
                        throw one.failed("answered with %s %s, expected %s as in the request".formatted(member, answer.path(member), value));
                    }
                });
                if (answer.path("PhysicalResourceId").asText().isEmpty()) {
                    throw one.failed("answered SUCCESS without a PhysicalResourceId: " + answer);
                }
            }
            case "FAILED" -> throw one.failed("answered FAILED: " + reason);
            default -> throw one.failed("answered with Status %s, expected SUCCESS or FAILED".formatted(answer.path("Status")));
        }
    }

    private static ObjectNode request(Wanted one, String request, String responseUrl) {
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("RequestType", "Create").put("ServiceToken", one.arn()).put("ResponseURL", responseUrl)
                .put("StackId", stackId(one.resource())).put("RequestId", request).put("LogicalResourceId", one.resource().logicalId())
                .put("ResourceType", one.resource().type());
        event.set("ResourceProperties", texts(one.resource().properties()));
        return event;
    }

    /// Functions get numbers and booleans of a template as strings, as on AWS.
    private static JsonNode texts(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(member -> copy.set(member.getKey(), texts(member.getValue())));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                array.forEach(element -> copy.add(texts(element)));
                yield copy;
            }
            default -> TextNode.valueOf(node.asText());
        };
    }

    private static String stackId(ResourceRequest resource) {
        return resource.arn("cloudformation", "stack/%s/%s".formatted(resource.stack(), UUID.nameUUIDFromBytes(resource.stack().getBytes(UTF_8))));
    }
}
