/// Where the file of a publication of status lists lies, below an export or a `public` folder.
///
/// Spec: status.md, "Publishing".
public enum StatusRound {
  /// The path of a department's publication.
  public static func path(department: String, _ sequence: Int64) -> String {
    "status/\(department)/rounds/\(sequence).txt"
  }
}
