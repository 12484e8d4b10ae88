# Flattens the YAML (and so also the JSON) of a seed into lines "path<TAB>value": list items by number,
# "." between keys, and \\, \n, \t escaped in the value. Bounded: deeper than 20 levels is not read.
# Not read: anchors, tags, several documents. Usage: awk -v name=meta-data -f yaml.awk file
function emit(path, value) {
  if (value ~ /[\\\n\t]/) value = replace(replace(replace(value, "\\", "\\\\"), "\n", "\\n"), "\t", "\\t")
  print path "\t" value
}
# Literally: awks differ in what backslashes mean to gsub.
function replace(text, from, to,   out, i) {
  out = ""
  while (i = index(text, from)) { out = out substr(text, 1, i - 1) to; text = substr(text, i + length(from)) }
  return out text
}
function indent(text) { match(text, /^ */); return RLENGTH }
function blank(text) { return text ~ /^[ \t]*(#.*)?$/ }
function skip() { while (n <= last && (blank(line[n]) || line[n] ~ /^(---|\.\.\.|%YAML)/)) n++ }
function spaces(count,   text) { text = ""; while (count-- > 0) text = text " "; return text }
function trim(text) { gsub(/^[ \t]+|[ \t\r]+$/, "", text); return text }
function isdash(text) { return text ~ /^-([ \t]|$)/ }

# Length of the key at the start of text including its colon; 0 when there is none.
function keylen(text,   i, c, quote) {
  c = substr(text, 1, 1)
  if (c == "\"" || c == "'") {
    i = 2; while (i <= length(text) && substr(text, i, 1) != c) { if (c == "\"" && substr(text, i, 1) == "\\") i++; i++ }
    i++; while (substr(text, i, 1) == " ") i++
    return (substr(text, i, 1) == ":" && substr(text, i + 1, 1) ~ /^[ \t]?$/) ? i : 0
  }
  if (c == "" || index("[]{},#|>@`%&*!", c)) return 0
  if (match(text, /:([ \t]|$)/) == 0) return 0
  i = RSTART
  if (match(substr(text, 1, i), /[ \t]#/)) return 0
  return i
}
function unquote(text,   c) {
  text = trim(text); c = substr(text, 1, 1)
  if (length(text) >= 2 && c == substr(text, length(text), 1)) {
    if (c == "'") { text = substr(text, 2, length(text) - 2); gsub(/''/, "'", text) }
    else if (c == "\"") text = unescape(substr(text, 2, length(text) - 2))
  }
  return text
}
function hex(text,   i, value) {
  value = 0; text = tolower(text)
  for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
  return value
}
function unescape(text,   out, i, c) {
  if (index(text, "\\") == 0) return text
  out = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c != "\\") { out = out c; continue }
    c = substr(text, ++i, 1)
    if (c == "n") out = out "\n"
    else if (c == "t") out = out "\t"
    else if (c == "r") out = out "\r"
    else if (c == "u") { out = out utf8(hex(substr(text, i + 1, 4))); i += 4 }
    else if (c == "x") { out = out utf8(hex(substr(text, i + 1, 2))); i += 2 }
    else out = out c
  }
  return out
}
function utf8(code) {
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
}
function keyname(text) { text = unquote(text); gsub(/[\t\n]/, "_", text); return text }

function node(path, least, depth,   ind, text) {
  skip(); if (n > last) return
  ind = indent(line[n])
  if (ind < least || depth > 20) { emit(path, ""); if (depth > 20) n++; return }
  text = substr(line[n], ind + 1)
  if (isdash(text)) seq(path, ind, depth)
  else if (keylen(text)) map(path, ind, depth)
  else value(path, text, ind - 1)
}
function seq(path, ind, depth,   i, rest) {
  for (i = 0; ; i++) {
    skip(); if (n > last || indent(line[n]) != ind) return
    rest = substr(line[n], ind + 1); if (!isdash(rest)) return
    rest = substr(rest, 2)
    if (blank(rest)) { n++; node(path "." i, ind + 1, depth + 1); continue }
    line[n] = spaces(ind + 1) rest; rest = trim(rest)
    if (isdash(rest) || keylen(rest)) node(path "." i, ind + 1, depth + 1)
    else value(path "." i, rest, ind)
  }
}
function map(path, ind, depth,   text, k, key, rest) {
  for (;;) {
    skip(); if (n > last || indent(line[n]) != ind) return
    text = substr(line[n], ind + 1)
    if (isdash(text)) return
    k = keylen(text); if (!k) { n++; continue }
    key = keyname(substr(text, 1, k - 1)); rest = trim(substr(text, k + 1))
    if (blank(rest)) {
      n++; skip()
      if (n <= last && indent(line[n]) == ind && isdash(substr(line[n], ind + 1))) seq(path "." key, ind, depth + 1)
      else if (n <= last && indent(line[n]) > ind) node(path "." key, ind + 1, depth + 1)
      else emit(path "." key, "")
    } else value(path "." key, rest, ind)
  }
}
# A scalar or a flow collection that starts with text on line n; lines deeper than ind belong to it.
function value(path, text, ind,   c) {
  c = substr(text, 1, 1)
  if (c == "|" || c == ">") { block(path, text, ind); return }
  n++
  if (c == "[" || c == "{") {
    while (n <= last && !closed(text)) text = text " " trim(line[n++])
    F = text; P = 1; flow(path, 0); return
  }
  if (c == "\"" || c == "'") {
    while (!ended(text, c) && n <= last) text = text " " trim(line[n++])
    emit(path, unquote(substr(text, 1, E))); return
  }
  while (n <= last && !blank(line[n]) && indent(line[n]) > ind && !plainend(line[n])) text = text " " trim(line[n++])
  sub(/[ \t]+#.*$/, "", text); emit(path, trim(text))
}
function plainend(text) { text = trim(text); return isdash(text) || keylen(text) }
# Whether the quoted text has its closing quote; E is where.
function ended(text, c,   i) {
  for (i = 2; i <= length(text); i++) {
    if (c == "\"" && substr(text, i, 1) == "\\") { i++; continue }
    if (substr(text, i, 1) == c) { if (c == "'" && substr(text, i + 1, 1) == c) { i++; continue } E = i; return 1 }
  }
  E = length(text); return 0
}
function closed(text,   i, c, level, quote) {
  level = 0; quote = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (quote != "") { if (c == "\\" && quote == "\"") i++; else if (c == quote) quote = ""; continue }
    if (c == "\"" || c == "'") quote = c
    else if (c == "[" || c == "{") level++
    else if ((c == "]" || c == "}") && --level == 0) return 1
  }
  return 0
}
function block(path, head, ind,   folded, keep, strip, own, text, body, first, prev) {
  folded = head ~ /^>/; keep = head ~ /^..?\+|^.\+/; strip = head ~ /^..?-|^.-/
  own = -1; body = ""; first = 1; n++
  if (match(head, /[1-9]/)) own = ind + substr(head, RSTART, 1)
  for (; n <= last; n++) {
    if (line[n] !~ /^[ \t]*$/) {
      if (indent(line[n]) <= ind) break
      if (own < 0) own = indent(line[n])
    }
    text = substr(line[n], (own < 0 ? 0 : own) + 1); sub(/\r$/, "", text)
    if (first) body = text
    else if (folded && text != "" && prev == "") body = body text
    else if (folded && text != "" && text !~ /^ / && prev !~ /^ /) body = body " " text
    else body = body "\n" text
    first = 0; prev = text
  }
  if (!keep) sub(/\n+$/, "", body)
  emit(path, strip ? body : body "\n")
}
function flowskip() { while (substr(F, P, 1) ~ /^[ \t]$/) P++ }
function flow(path, depth,   c, i, key, start) {
  flowskip(); c = substr(F, P, 1)
  if (depth > 20) { P = length(F) + 1; return }
  if (c == "[") {
    P++
    for (i = 0; ; ) {
      flowskip(); c = substr(F, P, 1)
      if (c == "]") { P++; return } else if (c == "") return
      else if (c == ",") P++
      else flow(path "." i++, depth + 1)
    }
  }
  if (c == "{") {
    P++
    for (;;) {
      flowskip(); c = substr(F, P, 1)
      if (c == "}") { P++; return } else if (c == "") return
      if (c == ",") { P++; continue }
      key = keyname(flowscalar(1)); flowskip()
      if (substr(F, P, 1) == ":") P++
      flow(path "." key, depth + 1)
    }
  }
  start = P
  emit(path, flowscalar(0))
  if (P == start) P++
}
function flowscalar(iskey,   c, start, rest) {
  flowskip(); c = substr(F, P, 1); start = P
  if (c == "\"" || c == "'") {
    rest = substr(F, P); ended(rest, c); P += E
    return unquote(substr(rest, 1, E))
  }
  for (; P <= length(F); P++) {
    c = substr(F, P, 1)
    if (index(",]}", c)) break
    if (iskey && c == ":" && (substr(F, P + 1, 1) ~ /^[ \t]?$/)) break
  }
  return trim(substr(F, start, P - start))
}
{ sub(/\r$/, ""); line[++last] = $0 }
END { n = 1; node(name, 0, 0) }
