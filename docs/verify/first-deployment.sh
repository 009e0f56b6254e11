# Functions for docs/verify-on-aws.md, to be read into a shell:  . docs/verify/first-deployment.sh prod
# They need the AWS CLI, node, mosquitto_pub 2 (MQTT 5) and jq, and one device that is provisioned into ./identity
# (docs/deploy.md, step 7). Nothing here changes the deployment but broken_rule and mended_rule.

ENVIRONMENT=${1:?which environment?}
OUTPUTS=.millrace/outputs/$ENVIRONMENT.json

# out NAME: an output of the stacks
out() { jq -er --arg name "$1" '[.[][$name] // empty][0]' "$OUTPUTS"; }

STREAM=$(out StreamName) RULE=$(out RuleName) FAILURES=$(out FailuresBucket)
THING=$(sed -n 's/^thing=//p' identity/current/identity.properties)
ENDPOINT=$(aws iot describe-endpoint --endpoint-type iot:Data-ATS --query endpointAddress --output text)

# pub TOPIC [OPTION...]: publishes stdin as the device, by MQTT 5 with QoS 1, and shows the reason codes
pub() {
  local topic=$1
  shift
  mosquitto_pub -d -V 5 -q 1 -h "$ENDPOINT" -p 8883 --cafile AmazonRootCA1.pem --cert "identity/current/$THING.cert.pem" \
    --key "identity/current/$THING.key.pem" -i "$THING" -t "$topic" -s "$@"
}

# records MINUTES: what came into the stream since then: partition key, arrival, data in hex
records() {
  local shard iterator
  for shard in $(aws kinesis list-shards --stream-name "$STREAM" --query 'Shards[].ShardId' --output text); do
    iterator=$(aws kinesis get-shard-iterator --stream-name "$STREAM" --shard-id "$shard" --shard-iterator-type AT_TIMESTAMP \
      --timestamp "$(node -p "(Date.now() - $1 * 60000) / 1000")" --query ShardIterator --output text)
    aws kinesis get-records --shard-iterator "$iterator" --output json |
      node -e 'for (const r of JSON.parse(require("fs").readFileSync(0)).Records)
        console.log(r.PartitionKey, r.ApproximateArrivalTimestamp, Buffer.from(r.Data, "base64").toString("hex"))'
  done
}

# newest PREFIX: the youngest object of the failures bucket under a prefix, as it is
newest() {
  local key
  key=$(aws s3api list-objects-v2 --bucket "$FAILURES" --prefix "$1" --query 'sort_by(Contents, &LastModified)[-1].Key' --output text)
  echo "$key" >&2
  aws s3 cp "s3://$FAILURES/$key" -
}

# metric NAMESPACE NAME DIMENSION=VALUE...: its sums of the last hour, minute by minute
metric() {
  local namespace=$1 name=$2 dimensions=()
  shift 2
  for dimension in "$@"; do dimensions+=("Name=${dimension%%=*},Value=${dimension#*=}"); done
  aws cloudwatch get-metric-statistics --namespace "$namespace" --metric-name "$name" ${dimensions[0]+--dimensions "${dimensions[@]}"} --statistics Sum \
    --period 60 --start-time "$(node -p 'new Date(Date.now() - 3600000).toISOString()')" --end-time "$(node -p 'new Date().toISOString()')" \
    --query 'sort_by(Datapoints, &Timestamp)[].[Timestamp,Sum]' --output text
}

# broken_rule, mended_rule: takes the right to put records from the rule's role, and gives it back. Allow a minute for each.
rule_role() {
  aws iot get-topic-rule --rule-name "$RULE" --query 'rule.actions[0].kinesis.roleArn' --output text | sed 's#.*/##'
}
broken_rule() {
  aws iam put-role-policy --role-name "$(rule_role)" --policy-name verify-deny --policy-document \
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"kinesis:PutRecord","Resource":"*"}}'
}
mended_rule() { aws iam delete-role-policy --role-name "$(rule_role)" --policy-name verify-deny; }
