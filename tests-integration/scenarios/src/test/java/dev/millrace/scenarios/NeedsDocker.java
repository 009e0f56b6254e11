package dev.millrace.scenarios;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/// Each test of the class is skipped, and reported as skipped, where no Docker engine answers.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsDocker.Condition.class)
@interface NeedsDocker {
    /// Looks once a JVM.
    final class Condition implements ExecutionCondition {
        private static final boolean IS_DOCKER_THERE = DockerClientFactory.instance().isDockerAvailable();

        /// Decides for tests and not for classes, so that the report counts what did not run.
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (context.getTestMethod().isEmpty() || IS_DOCKER_THERE) {
                return ConditionEvaluationResult.enabled("runs");
            }
            return ConditionEvaluationResult.disabled("no Docker engine answers");
        }
    }
}
