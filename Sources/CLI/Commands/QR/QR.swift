import ArgumentParser
import Certificates
import Codes
import Encoding
import Rules
import Verification

/// `kanhe qr`: any small file as QR codes.
struct QR: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "qr",
    abstract: "Show a request, an answer or a receipt as QR codes.",
    discussion: """
      What does not fit into one code becomes a series, which is read in any order. Without --out \
      the codes are drawn in the terminal. Whoever scans writes the texts into a file, one in each \
      line: verify, use check and holder present take that file as the one that was shown, \
      certificate issue and copy the proof of a holder's key. Nothing is believed because it came \
      from a code.

      Examples:
        kanhe qr request.jwt
        kanhe qr shown.txt --out shown.png
        kanhe qr key.jwt
        kanhe qr delivery.json --receipt --out receipt.svg
        zbarimg --quiet --raw shown-*.png > scanned.txt
      """)

  @Argument(help: "The file; - is standard input.")
  var file: String

  @Flag(
    help: "Of a delivery the receipt alone: that the certificate was issued, and not what it says.")
  var receipt = false

  @Option(
    help: ArgumentHelp(
      "Where the codes go: a name ending in .png, .svg or .txt (the texts); of a series -1, -2, … "
        + "stand before the ending.", valueName: "file"))
  var out: String?

  @Option(
    help: ArgumentHelp("The largest code, 5 to 40; a version has 4 modules more.", valueName: "n"))
  var maxVersion = QRCode.versionMaxDefault

  @Flag(help: "Replace files that are there.")
  var force = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (5...40).contains(maxVersion) else { throw ValidationError("--max-version is 5 to 40") }
    guard let out else { return }
    guard QRFiles.Form(path: out) != nil else {
      throw ValidationError("--out ends in .png, .svg or .txt")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let (bytes, isPrivate) = try shown()
    let series: CodeSeries
    do throws(CertificatesError) {
      series = try CodeSeries(
        of: bytes, characterCountMax: QRCode.characterCount(version: maxVersion))
    } catch {
      throw Failure(.no, code: Failure.snakeCase("\(error.code)"), "\(file): \(error.message)")
    }
    let codes = try series.texts.map { try QRCode($0, versionMax: maxVersion) }
    var paths: [String] = []
    if let out, let form = QRFiles.Form(path: out) {
      paths = try QRFiles(path: out, form: form, mode: isPrivate ? 0o600 : 0o644)
        .write(series, codes, force: force)
    }
    let json: JSONValue = .array(
      zip(series.texts, codes).enumerated().map { index, code in
        var object: JSONObject = [
          "side": .integer(Int64(code.1.side)), "text": .string(code.0),
        ]
        if !paths.isEmpty { object["file"] = .string(paths[min(index, paths.count - 1)]) }
        return .object(object)
      })
    if paths.isEmpty, output.format == .text {
      // Colours are ours: what people are told has its control characters escaped.
      Console.write(Array(codes.map { $0.terminal() }.joined(separator: "\n").utf8), to: 1)
    } else {
      try console.result(
        ["bytes": .integer(Int64(bytes.count)), "codes": json],
        text: { paths.map { $0 + "\n" }.joined() })
    }
    if codes.count > 1 { console.note("\(codes.count) codes; they are read in any order") }
    return .yes
  }

  /// What is shown: a file that Kanhe makes, or the receipt in a delivery.
  private func shown() throws -> (bytes: [UInt8], isPrivate: Bool) {
    let bytes: [UInt8]
    do {
      bytes = try InputFile.read(file, maximumBytes: CodeSeries.byteCountMax + 1)
    } catch let error as EncodingError where error.code == .tooLarge {
      throw Failure(.no, code: "code_too_large", "\(file): \(CodeSeries.tooLarge.message)")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if !receipt, HolderKeyProof.isProof(text) { return (bytes, false) }
    let known = KnownFile(recognising: bytes)
    if case .malformed(let fault) = known.content {
      throw Failure(.cannot, code: fault.code, "\(file): \(fault.message)")
    }
    guard receipt else {
      guard !CodeSeries.isSeries(bytes) else {
        throw Failure(.cannot, code: "code_series", "\(file): these are the texts of codes already")
      }
      // What finds a person's entries must not stand on a screen.
      guard known.exposure != .nobody else {
        throw Failure(
          .no, code: "thread_keys",
          "\(file): this is not shown: it holds the keys by which somebody's entries are found",
          hint: known.kind == .delivery ? "--receipt shows the receipt alone" : nil)
      }
      return (bytes, known.exposure != .anyone)
    }
    guard case .delivery(let delivery, let certificate) = known.content else {
      throw Failure(.cannot, code: "not_a_delivery", "\(file): --receipt is for a delivery")
    }
    return (try delivery.receipt.openingCopy(certificate.digest).bytes, false)
  }
}
