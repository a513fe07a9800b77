import Cryptography

/// Arguments in an order that the parser understands.
enum ArgumentOrder {
  /// Puts digests that begin with a hyphen, one of 64, to the end behind `--`: the parser would
  /// take their letters for flags.
  ///
  /// What follows an option stays, for it may be the option's value; so does all where `--` stands
  /// already. No option is a digest, 43 characters of base64url.
  static func settled(_ arguments: [String]) -> [String] {
    guard !arguments.contains("--") else { return arguments }
    var rest: [String] = []
    var digests: [String] = []
    for argument in arguments {
      let followsOption = rest.last?.utf8.starts(with: "--".utf8) ?? false
      if argument.utf8.first == UInt8(ascii: "-"), !followsOption,
        Digest(canonicalText: argument) != nil
      {
        digests.append(argument)
      } else {
        rest.append(argument)
      }
    }
    return digests.isEmpty ? rest : rest + ["--"] + digests
  }
}
