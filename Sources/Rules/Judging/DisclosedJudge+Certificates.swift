import Certificates
import Encoding

// The identifier and the state of the certificate that an event is about.
extension DisclosedJudge {
  mutating func judgeCertificate() {
    judgeIdentifiers()
    if event.kind == .certificateIssued {
      require(!openings.isIdentifierTaken, .identifierTaken)
      require(openings.state == nil, .exactState)
      return
    }
    guard let before = openings.state else {
      broken.insert(.exactState)
      return
    }
    if event.kind == .certificateCopied {
      require(before.coarse != .ended, .exactState)
      return
    }
    require(event.text("from") == before.coarse.rawValue, .exactState)
    guard event.kind != .certificateErased else { return }
    guard let after = values["state"]?.stringValue.flatMap(CertificateState.init(rawValue:)) else {
      broken.insert(.exactState)
      return
    }
    require(event.text("to") == after.coarse.rawValue, .exactState)
    switch event.kind {
    case .certificateReplaced: require(after == .replaced, .exactState)
    case .certificateAnnotated: require(after == before, .exactState)
    case .certificateRevoked:
      require(after != .replaced, .exactState)
      if after == .other { require(values["reason"]?.stringValue != nil, .reasonMissing) }
    default: break
    }
  }

  /// The identifier names the event's type and issuer; a replacement continues its predecessor.
  private mutating func judgeIdentifiers() {
    guard let identifier = identifier("certificate", "identifier") else { return }
    require(identifier.typeCode == event.text("type"), .identifierForm)
    if identifier.issuerCode != event.issuerCode {
      if event.kind == .certificateIssued {
        broken.insert(.identifierForm)
      } else {
        otherIssuer = identifier.issuerCode
      }
    }
    if event.kind == .certificateIssued {
      judgePair(identifier)
      guard values["certificate"]?["previous"] != nil else {
        return require(identifier.version == 1, .identifierForm)
      }
      guard let previous = self.identifier("certificate", "previous") else { return }
      require(isNext(identifier, after: previous), .identifierForm)
    } else if event.kind == .certificateReplaced {
      guard let successor = self.identifier("successor", "identifier") else { return }
      require(successor.issuerCode == event.issuerCode, .identifierForm)
      require(isNext(successor, after: identifier), .identifierForm)
    }
  }

  /// A certificate in the place of another stands beside the other's end, and each names the other.
  private mutating func judgePair(_ identifier: CertificateIdentifier) {
    let previous = values["certificate"]?["previous"]?.stringValue
    guard let replaced = openings.replaced else {
      return require(previous == nil, .replacementPair)
    }
    require(
      replaced.identifier == previous && replaced.successor == identifier.text, .replacementPair)
  }

  private mutating func identifier(_ name: String, _ member: String) -> CertificateIdentifier? {
    guard let text = values[name]?[member]?.stringValue else {
      broken.insert(.disclosureForm)
      return nil
    }
    do {
      return try CertificateIdentifier(text)
    } catch {
      broken.insert(.identifierForm)
      return nil
    }
  }

  /// All versions share a serial; another issuer, or the end of the versions, begins a new one.
  private func isNext(
    _ next: CertificateIdentifier, after previous: CertificateIdentifier
  ) -> Bool {
    guard next.typeCode == previous.typeCode else { return false }
    if next.issuerCode == previous.issuerCode && previous.version < 999 {
      return next.serial == previous.serial && next.version == previous.version + 1
    }
    return next.version == 1 && next.serial != previous.serial
  }
}
