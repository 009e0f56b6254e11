package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the topic rules. A message is taken or refused at once; its actions run later, off the caller's
/// thread, in no promised order. If an action fails, the rule's error action gets the message with the reason,
/// once; if that fails too, the message is lost and counted, as on AWS.
final class RulesEngine implements AutoCloseable {
    static final int CONCURRENCY = 64;
    static final int BACKLOG_EXECUTIONS_MAX = 20_000;
    static final long BACKLOG_BYTES_MAX = 128L << 20;
    /// Time that accepted messages have to be run when the engine closes.
    static final Duration DRAIN = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(RulesEngine.class);

    private final Map<String, TopicRule> rules = new LinkedHashMap<>();
    private final Destinations destinations;
    private final Metrics metrics;
    private final Supplier<UUID> uuids;
    private final Backlog backlog;
    private final Semaphore running = new Semaphore(CONCURRENCY);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("rule-", 0).factory());

    RulesEngine(List<TopicRule> rules, Destinations destinations, Metrics metrics, Supplier<UUID> uuids, Backlog backlog) {
        for (TopicRule rule : rules) {
            this.rules.put(rule.name(), rule);
        }
        this.destinations = requireNonNull(destinations, "destinations is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.uuids = requireNonNull(uuids, "uuids is null");
        this.backlog = requireNonNull(backlog, "backlog is null");
    }

    /// A message on an ordinary topic: every enabled rule whose `FROM` matches.
    ///
    /// @return false if the engine has no room; then no rule has seen the message
    boolean publish(Message message) {
        List<TopicRule> matched = rules.values().stream().filter(rule -> !rule.disabled() && rule.from().matches(message.topic())).toList();
        return accept(matched, message);
    }

    /// A message by Basic Ingest: the rule is picked by its name and its `FROM` is not looked at. A missing or
    /// disabled rule takes the message and loses it, as on AWS.
    ///
    /// @return false if the engine has no room; then the rule has not seen the message
    boolean basicIngest(String ruleName, Message message) {
        TopicRule rule = rules.get(ruleName);
        if (rule != null && !rule.disabled()) {
            return accept(List.of(rule), message);
        }
        long count = metrics.count(ruleName, Metrics.OfRule.RULE_NOT_FOUND);
        if (Metrics.worthALine(count)) {
            LOG.warn("RuleNotFound: rule {} is {}; {} message(s) gone so far, the last from client {} on topic {}", Names.shown(ruleName),
                    rule == null ? "missing" : "disabled", count, Names.shown(message.clientId()), Names.shown(message.topic()));
        }
        return true;
    }

    /// Accepted rule executions that have not ended.
    int pending() {
        return backlog.size();
    }

    private boolean accept(List<TopicRule> matched, Message message) {
        if (!backlog.tryAdd(matched.size(), message.payload().length)) {
            return false;
        }
        for (TopicRule rule : matched) {
            metrics.count(rule.name(), Metrics.OfRule.TOPIC_MATCH);
            threads.execute(() -> run(rule, message));
        }
        return true;
    }

    private void run(TopicRule rule, Message message) {
        running.acquireUninterruptibly();
        try {
            execute(rule, message);
        } catch (RuntimeException e) {
            LOG.error("rule {}: message {} lost by a defect of the rules engine", rule.name(), message.trace(), e);
        } finally {
            running.release();
            backlog.remove(message.payload().length);
        }
    }

    private void execute(TopicRule rule, Message message) {
        metrics.count(rule.name(), Metrics.OfRule.RULES_EXECUTED);
        metrics.bill(Metrics.Billed.RULES_TRIGGERED, message.payload().length);
        List<ErrorDocument.Failure> failures = new ArrayList<>();
        for (RuleAction action : rule.actions()) {
            try {
                perform(action, message, message.payload());
                metrics.count(rule.name(), Metrics.OfRule.SUCCESS);
            } catch (ActionFailed e) {
                failures.add(new ErrorDocument.Failure(action, e.getMessage()));
                long count = metrics.count(rule.name(), Metrics.OfRule.FAILURE);
                if (Metrics.worthALine(count)) {
                    LOG.warn("rule {}: {} failed, {} time(s) so far: {}", rule.name(), action.awsName(), count, e.getMessage());
                }
            }
        }
        if (!failures.isEmpty()) {
            performErrorActions(rule, message, new ErrorDocument(rule.name(), message, failures));
        }
    }

    private void performErrorActions(TopicRule rule, Message message, ErrorDocument document) {
        if (rule.errorActions().isEmpty()) {
            LOG.error("rule {} has no error action: message {} from client {} is lost", rule.name(), message.trace(), Names.shown(message.clientId()));
        }
        for (RuleAction action : rule.errorActions()) {
            try {
                perform(action, message, document.toBytes());
                metrics.count(rule.name(), Metrics.OfRule.ERROR_ACTION_SUCCESS);
            } catch (ActionFailed e) {
                metrics.count(rule.name(), Metrics.OfRule.ERROR_ACTION_FAILURE);
                LOG.error("rule {}: the error action failed too, message {} from client {} is lost: {}",
                        rule.name(), message.trace(), Names.shown(message.clientId()), e.getMessage());
            }
        }
    }

    private void perform(RuleAction action, Message message, byte[] body) throws ActionFailed {
        metrics.bill(Metrics.Billed.ACTIONS, body.length);
        switch (action) {
            case RuleAction.ToKinesis(String role, Template stream, Template partitionKey) ->
                    destinations.putRecord(role, stream.render(message, uuids), partitionKey.render(message, uuids), body);
            case RuleAction.ToS3(String role, Template bucket, Template key) ->
                    destinations.putObject(role, bucket.render(message, uuids), key.render(message, uuids), body);
        }
    }

    /// Refuses new messages and waits until the accepted ones have been run, at most [#DRAIN].
    @Override
    public void close() {
        backlog.close();
        try {
            if (!backlog.awaitEmpty(DRAIN)) {
                LOG.error("{} accepted messages were not run within {}: they are lost", backlog.size(), DRAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.error("interrupted while {} accepted messages were not run: they are lost", backlog.size());
        }
        threads.shutdownNow();
    }
}
