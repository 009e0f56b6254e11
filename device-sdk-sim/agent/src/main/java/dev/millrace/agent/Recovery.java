package dev.millrace.agent;

import java.util.List;
import java.util.SortedMap;

/// What an agent found in its journal when it started. Whoever starts an agent shows it to a person unless
/// [#isWhole].
///
/// @param epoch          the epoch of the readings that are taken from now on
/// @param start          why it is this epoch
/// @param unacknowledged number of readings from before that are sent again
/// @param damages        what could not be read, each with file and place
/// @param lost           by epoch the seqs of readings that were taken, are not known to have arrived and cannot be read
///                       any more; found now, not those that were found earlier
/// @param unsureFrom     by epoch a seq: readings may have been taken from it on, and nothing is left to tell of them
public record Recovery(long epoch, EpochStart start, long unacknowledged, List<String> damages, SortedMap<Long, List<SeqRange>> lost,
        SortedMap<Long, Long> unsureFrom) {
    /// Where the epoch comes from.
    public enum EpochStart {
        /// The journal's last epoch goes on.
        CONTINUED,
        /// There was no journal.
        NEW_JOURNAL,
        /// The journal's end cannot be read, so that the last seq is not known: the epoch is new.
        DAMAGED_END,
        /// Not closed under another policy than [SyncPolicy.EachAppend], so that the last readings may never have
        /// reached the disk: the epoch is new.
        UNCLEAN_STOP
    }

    public Recovery {
        damages = List.copyOf(damages);
    }

    /// Whether everything was readable. After an unclean stop it may be, although readings are missing: see
    /// [#unsureFrom].
    public boolean isWhole() {
        return damages.isEmpty() && lost.isEmpty();
    }
}
