/// The codes of faults that are no rule's: of the form of entries, of the tree, of what is stored
/// beside it.
///
/// Spec: cli/audit.md, "Codes".
public enum AuditCode: String, Sendable, CaseIterable {
  /// The ledger was opened under another root than the one given: nothing in it is to be believed.
  case otherRoot = "other-root"
  /// An entry that the ledger must have cannot be read.
  case entryMissing = "entry-missing"
  /// The bytes are no entry in its one form.
  case entryForm = "entry-form"
  /// The entry says that it stands elsewhere.
  case entryIndex = "entry-index"
  /// The entry does not continue the one before.
  case chain
  /// The tiles, and the entry after it, have another hash than the entry's bytes.
  case entryAltered = "entry-altered"
  /// What the entry holds is no event.
  case eventForm = "event-form"
  /// A tile holds other hashes than the entries have.
  case tile
  /// The entries do not form the tree of the checkpoint.
  case rootMismatch = "root-mismatch"
  /// The checkpoint covers more entries than there are.
  case truncated
  /// There is no checkpoint.
  case checkpointMissing = "checkpoint-missing"
  /// What stands for a checkpoint is none.
  case checkpointForm = "checkpoint-form"
  /// The checkpoint is not signed by the key in force for its size.
  case checkpointSignature = "checkpoint-signature"
  /// An older stored checkpoint is not of this ledger, or not of its tree.
  case checkpointStored = "checkpoint-stored"
  /// The older entries are others than those of the checkpoint given.
  case sinceMismatch = "since-mismatch"
  /// The stored size and root are not those of the entries.
  case storedTree = "stored-tree"
  /// A stored fact is not what the entries say.
  case fact
  /// The stored index of events does not fit the entries.
  case eventIndex = "event-index"
  /// The root of a published run is not that of the entries.
  case runRoot = "run-root"
  /// An entry is said to be erased, and nothing ever was.
  case erasedUnfounded = "erased-unfounded"
  /// Nobody was ever enrolled under the code whose thread was asked for.
  case departmentUnknown = "department-unknown"
  /// A number was left out in the thread of a department or certificate.
  case threadGap = "thread-gap"
  /// A tag of the thread stands twice, or on an entry that is not of it.
  case threadTag = "thread-tag"
  /// An entry's inclusion proof does not hold.
  case proof
  /// The file of a round of status lists is not what its entry names.
  case statusRound = "status-round"
  /// A status token is in no round.
  case statusUnpublished = "status-unpublished"
}
