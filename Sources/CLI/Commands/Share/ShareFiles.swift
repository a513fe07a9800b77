import Encoding
import Registry

/// The files of the acts that a result lists; those of all others are forgotten, so that memory
/// does not grow with a job.
struct ShareFiles {
  /// What is told of files, by the name of the release.
  private(set) var kept: [String: JSONObject] = [:]
  private var batch: [String: JSONObject] = [:]
  private var doneCount = 0
  private var alreadyCount = 0

  /// Tells of the files of a release of this batch.
  mutating func add(_ members: JSONObject, of release: String) { batch[release] = members }

  /// Keeps, of this batch, what `SharingReport` lists.
  mutating func keepListed(of step: ShareStep) {
    for outcome in step.outcomes {
      switch outcome {
      case .done(let act):
        doneCount += 1
        if doneCount <= SharingReport.listedCountMax { keep(act) }
      case .already(let act):
        alreadyCount += 1
        if alreadyCount <= SharingReport.listedCountMax { keep(act) }
      case .refused: break
      }
    }
    batch.removeAll(keepingCapacity: true)
  }

  private mutating func keep(_ act: SharedAct) {
    let name = act.about ?? act.name
    if let members = batch[name] { kept[name] = members }
  }
}
