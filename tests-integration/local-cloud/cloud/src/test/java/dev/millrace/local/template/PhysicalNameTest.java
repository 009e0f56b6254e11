package dev.millrace.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PhysicalNameTest {
    @Test
    void aNameIsStackAndLogicalIdAndASuffixThatNeverChanges() {
        String name = PhysicalName.ORDINARY.generate("State", "LakeD1B9A8F0");

        assertThat(name).matches("State-LakeD1B9A8F0-[0-9A-Z]{12}").isEqualTo(PhysicalName.ORDINARY.generate("State", "LakeD1B9A8F0"));
        assertThat(PhysicalName.ORDINARY.generate("State", "Other")).doesNotEndWith(name.substring(name.length() - 12));
    }

    @Test
    void aBucketNameIsLowerCaseAndAtMost63Long() {
        String name = PhysicalName.BUCKET.generate("AStackWithAVeryLongNameIndeed".repeat(3), "ABucketWithAVeryLongLogicalIdToo".repeat(3));

        assertThat(name).hasSizeLessThanOrEqualTo(63).matches("[a-z0-9][a-z0-9-]+[a-z0-9]").startsWith("astackwith").contains("-abucketwith");
    }

    @Test
    void aShortLogicalIdIsNeverCut() {
        assertThat(PhysicalName.BUCKET.generate("s".repeat(120), "Lake")).hasSize(63).contains("-lake-");
    }

    @Test
    void aRuleNameHasNoHyphen() {
        assertThat(PhysicalName.RULE.generate("My-Stack", "Rule")).matches("My_Stack_Rule_[0-9A-Z]{12}");
    }

    @Test
    void aLimitThatLeavesNoRoomIsRefused() {
        assertThatThrownBy(() -> new PhysicalName(20, false, '-')).hasMessageContaining("lengthMax");
    }
}
