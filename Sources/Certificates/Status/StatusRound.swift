/// Where the file of a round lies, below an export or a `public` folder.
///
/// Spec: status.md, "Publishing".
public enum StatusRound {
  /// The path of a department's round.
  public static func path(department: String, _ sequence: Int64) -> String {
    "status/\(department)/rounds/\(sequence).txt"
  }
}
