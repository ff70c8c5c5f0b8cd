package syntax

import (
	"slices"
	"strings"
)

// maxSentences bounds the sentences about one function.
const maxSentences = 64

// explanation reads an explain item from its name on.
func (p *parser) explanation(d *Decl) {
	p.sentence = true
	d.Name = p.word("the name of a function")
	if p.tok.kind == tokString {
		d.Manual = p.advance().text
	}
	if p.accept("writes") {
		p.expect("(")
		d.Writes = &Writing{Stream: p.expr()}
		p.expect(",")
		d.Writes.Bytes = p.expr()
		p.expect(")")
	}
	d.Pure = p.accept("pure")
	p.expect("{")
	for !p.is("}") && p.tok.kind != tokEOF {
		if len(d.Sentences) == maxSentences {
			p.fail(p.tok.at, "more than %d sentences", maxSentences)
			return
		}
		d.Sentences = append(d.Sentences, p.oneSentence())
	}
	p.expect("}")
}

// oneSentence reads a sentence, its condition and the semicolon after it.
func (p *parser) oneSentence() *Sentence {
	s := &Sentence{At: p.tok.at, Text: p.tok.text}
	if p.tok.kind != tokString {
		p.unexpected("a sentence in quotes")
		return s
	}
	p.advance()
	action, result, _ := strings.Cut(s.Text, ";")
	at := Pos{s.At.Line, s.At.Col + 1}
	s.Action = p.parts(action, at)
	at.Col += len(action) + 1
	s.Result = p.parts(result, at)
	s.Cond = p.condition()
	if !p.is("}") {
		p.expect(";")
	}
	return s
}

// parts cuts text, which stands at a place in the file, at its slots.
func (p *parser) parts(text string, at Pos) (parts []Part) {
	for text != "" && p.err == nil {
		plain, rest, found := strings.Cut(text, "{")
		if plain != "" {
			parts = append(parts, Part{Text: plain})
		}
		if !found {
			break
		}
		at.Col += len(plain) + 1
		slot, rest, closed := strings.Cut(rest, "}")
		if !closed {
			p.fail(at, "a slot without a }")
			break
		}
		parts = append(parts, p.slot(slot, at))
		at.Col += len(slot) + 1
		text = rest
	}
	return parts
}

// forms are how values can be written.
var forms = []string{"bytes", "number", "time", "ms", "text", "hex", "octal"}

// slot reads an expression and perhaps a form: {size:bytes}.
func (p *parser) slot(text string, at Pos) Part {
	text, form, _ := strings.Cut(text, ":")
	inner := &parser{file: p.file, lex: newLexer(Chunk{text, at.Line}), sentence: true, depth: p.depth}
	inner.lex.at = at
	inner.tok = inner.lex.next()
	x := inner.expr()
	if inner.err == nil && inner.tok.kind != tokEOF {
		inner.unexpected("the end of the slot")
	}
	if form != "" && !strings.Contains(form, "|") && !slices.Contains(forms, form) {
		inner.fail(at, "unknown form %s: it must be one of %s or SINGULAR|PLURAL", form, strings.Join(forms, ", "))
	}
	if inner.err != nil {
		p.fail(Pos{inner.err.Line, inner.err.Col}, "%s", inner.err.Msg)
	}
	return Part{Slot: x, Form: form}
}

// sentenceWord reads an expression that begins with a word of sentences, and reports
// whether this is one.
func (p *parser) sentenceWord(x *Expr, word string) bool {
	switch {
	case word == "fails":
		x.Op = OpFails
		if p.is("(") {
			x.Names = p.words("an error, such as ENOENT")
		}
	case word == "in" && p.is("("):
		x.Op, x.Names = OpIn, p.words("the name of a function")
	case word == "makes" && p.is("("):
		x.Op, x.Names = OpMakes, p.words("the name of a system call")
	case word == "len" && p.accept("("):
		x.Op, x.X = OpLength, p.expr()
		p.expect(")")
	default:
		return false
	}
	return true
}

// words reads a list of words in parentheses.
func (p *parser) words(what string) []string {
	p.expect("(")
	list := []string{p.word(what)}
	for p.accept(",") {
		list = append(list, p.word(what))
	}
	p.expect(")")
	return list
}

// Each calls do for x, which may be nil, and all its operands.
func (x *Expr) Each(do func(*Expr)) {
	if x == nil {
		return
	}
	do(x)
	x.X.Each(do)
	x.Y.Each(do)
}

func (w *writer) explanation(d *Decl) {
	w.put("explain ", d.Name)
	if d.Manual != "" {
		w.put(" \"", d.Manual, "\"")
	}
	if d.Writes != nil {
		w.put(" writes(")
		w.expr(d.Writes.Stream)
		w.put(", ")
		w.expr(d.Writes.Bytes)
		w.put(")")
	}
	if d.Pure {
		w.put(" pure")
	}
	w.put(" {\n")
	for _, s := range d.Sentences {
		w.put("\t\"", s.Text, "\"")
		w.named("", s.Cond)
		w.put(";\n")
	}
	w.put("}\n")
}

// sentenceExpr writes an expression that only sentences have.
func (w *writer) sentenceExpr(x *Expr) {
	switch x.Op {
	case OpNot:
		w.put("!")
		w.operand(x.X, OpNot, false)
	case OpText:
		w.put("\"", x.Text, "\"")
	case OpLength:
		w.put("len(")
		w.expr(x.X)
		w.put(")")
	case OpFails, OpIn, OpMakes:
		w.put(map[Op]string{OpFails: "fails", OpIn: "in", OpMakes: "makes"}[x.Op])
		if len(x.Names) > 0 {
			w.put("(", strings.Join(x.Names, ", "), ")")
		}
	}
}
