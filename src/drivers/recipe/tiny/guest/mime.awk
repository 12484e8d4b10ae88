# Splits a MIME message into files DIR/<number>.<encoding>, and prints "number<TAB>type<TAB>encoding" for each part.
# Usage: awk -v dir=DIR -f mime.awk message
function field(text, key,   i, rest) {
  i = index(tolower(text), tolower(key) "="); if (!i) return ""
  rest = substr(text, i + length(key) + 1)
  if (substr(rest, 1, 1) == "\"") { rest = substr(rest, 2); sub(/".*/, "", rest) } else sub(/[; \t].*/, "", rest)
  return rest
}
function heading(text,   lower) {
  lower = tolower(text)
  if (lower ~ /^content-type:/) { type = lower; sub(/^content-type:[ \t]*/, "", type); sub(/[; \t].*/, "", type); if (!boundary) boundary = field(text, "boundary") }
  if (lower ~ /^content-transfer-encoding:/) { encoding = lower; sub(/^[^:]*:[ \t]*/, "", encoding); sub(/[ \t]+$/, "", encoding) }
}
function begin() { inhead = 1; pending = ""; type = "text/plain"; encoding = "7bit" }
function endpart() { if (file != "") { close(file); print parts "\t" type "\t" encoding; file = "" } }
BEGIN { begin(); boundary = "" }
{ sub(/\r$/, "") }
boundary != "" && ($0 == "--" boundary || $0 == "--" boundary "--") {
  endpart(); if ($0 == "--" boundary "--") exit
  begin(); inpart = 1; next
}
inhead && /^[ \t]/ { pending = pending $0; next }
inhead && $0 != "" { heading(pending); pending = $0; next }
inhead {
  heading(pending); pending = ""; inhead = 0
  if (inpart && parts < 64) { parts++; file = dir "/" parts ".raw"; printf "" > file; first = 1 }
  next
}
file != "" { print > file }
END { endpart() }
