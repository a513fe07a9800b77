import Certificates
import Encoding

/// The type whose sheet is fuzzed: one claim of each kind.
private let type: TypeFile = {
  let text = #"""
    {"code":"11100000000013338W011","version":1,"issuers":["*"],"metadata":{"name":"x","display":
    [{"locale":"zh-CN","name":"x"}],"claims":[{"path":["a"],"display":[{"locale":"zh-CN","label":
    "甲"}]},{"path":["b"],"display":[{"locale":"zh-CN","label":"乙"}]},{"path":["c"],"display":
    [{"locale":"zh-CN","label":"丙"}]},{"path":["d"],"display":[{"locale":"zh-CN","label":"丁"}]}]},
    "schema":{"type":"object","additionalProperties":false,"properties":{"a":{"type":"string",
    "pattern":"^[A-Z]{2,4}(?:-[0-9]+)?$"},"b":{"type":"number","minimum":0},"c":{"type":"array",
    "items":{"type":"string","format":"date"},"maxItems":2},"d":{"type":"boolean"}},
    "required":["a"]},"unique":["number"],"subjects":2,"copies":2,"duties":[]}
    """#
  do {
    return try TypeFile(parsing: Array(text.utf8))
  } catch {
    preconditionFailure("\(error)")
  }
}()

/// Whatever row is taken says the same as JSON.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSheet(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  var reader = CSVReader(BytesSource(bytes), encoding: .utf8)
  do {
    guard let header = try reader.next() else { return 0 }
    guard case .mapper(let mapper) = RowMapper.open(header, type: type) else { return 0 }
    while let record = try reader.next() {
      guard case .row(let row) = mapper.map(record) else { continue }
      guard case .claims(let claims) = type.readClaims(.object(row.claims.inputObject)) else {
        preconditionFailure("a row that was taken is refused as JSON")
      }
      precondition(claims == row.claims, "a row and its JSON differ")
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
