package dev.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/// What CloudFormation has of the stacks.
///
/// @param calls by which it is asked
record DeployedStacks(AwsCalls calls) {
    private static final String VERSION = "2010-05-15";

    /// @param status      as CloudFormation says it, `UPDATE_COMPLETE`
    /// @param isProtected whether it refuses to be deleted
    record Deployed(String status, boolean isProtected) {
    }

    /// @return empty if there is no such stack
    Optional<Deployed> find(String stack) throws CallFailed {
        try {
            Document answer = calls.query(AwsService.CLOUDFORMATION, VERSION, "DescribeStacks", Map.of("StackName", stack));
            return Optional.of(new Deployed(Xml.first(answer, "StackStatus").orElse("UNKNOWN"),
                    Xml.first(answer, "EnableTerminationProtection").map(Boolean::parseBoolean).orElse(false)));
        } catch (CallFailed e) {
            if (e.isOf("ValidationError") && e.says("does not exist")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The template that is deployed, which decides what a deletion leaves.
    ///
    /// @return empty if it is not JSON, as the CDK's are
    Optional<JsonNode> template(String stack) throws CallFailed {
        Document answer = calls.query(AwsService.CLOUDFORMATION, VERSION, "GetTemplate", Map.of("StackName", stack, "TemplateStage", "Original"));
        try {
            return Optional.ofNullable(new ObjectMapper().readTree(Xml.first(answer, "TemplateBody").orElse(""))).filter(JsonNode::isObject);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Names of the resources by their logical ids.
    Map<String, String> names(String stack) throws CallFailed {
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, String> parameters = new HashMap<>(Map.of("StackName", stack));
        Optional<String> next;
        do {
            Document page = calls.query(AwsService.CLOUDFORMATION, VERSION, "ListStackResources", parameters);
            for (Element member : Xml.members(page, "StackResourceSummaries")) {
                Xml.first(member, "LogicalResourceId").ifPresent(id -> names.put(id, Xml.first(member, "PhysicalResourceId").orElse(id)));
            }
            next = Xml.first(page, "NextToken").filter(token -> !token.isEmpty());
            next.ifPresent(token -> parameters.put("NextToken", token));
        } while (next.isPresent());
        return names;
    }
}
