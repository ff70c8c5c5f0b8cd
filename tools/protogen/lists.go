package main

import (
	"regexp"
	"strings"
)

// Variable arguments up to a null pointer that are not a list of equal things: names
// with values, known by the name of the parameter in front or of the function; names
// with a type and a value, or several values. All others are lists of text, even if the
// parameter in front is not text.
var (
	pairNames       = regexp.MustCompile(`^first_prop(erty)?_name$`)
	pairFunctions   = regexp.MustCompile(`^XtVa|^X(Create|Get|Set)[IO][CM](Values)?$|^gtk_.*_attributes$`)
	tripleNames     = regexp.MustCompile(`^(first_?)?field(_?name)?$|^tag$|^signal_spec$`)
	tripleFunctions = regexp.MustCompile(`^FcPatternBuild$|^gst_make_element_message_details$|^gst_tracer_record_new$`)
	textLists       = words("g_strv_builder_add_many", "g_test_init", "pipecmd_args", "sd_bus_error_has_names_sentinel")
)

// list returns how variable arguments are written that end at a null pointer, behind a
// parameter of type t. Behind a name comes its value, whose type only the library
// knows.
func (f *functionWriter) list(t, last string) string {
	value := "evident"
	if strings.Contains(f.symbol, "_get") || strings.Contains(f.symbol, "Get") {
		value = "addr" // where the value is stored
	}
	switch {
	case f.format >= 0 || tripleNames.MatchString(last) && !strings.Contains(f.symbol, "_remove_") || tripleFunctions.MatchString(f.symbol):
		return "..."
	case strings.HasSuffix(last, "button_text") || f.symbol == "gtk_dialog_add_buttons":
		return "pairs(int)"
	case f.symbol == "gdk_x11_display_broadcast_startup_message" || strings.HasPrefix(f.symbol, "gdk_pixbuf_save"):
		return "pairs(string)"
	case pairNames.MatchString(last) || pairFunctions.MatchString(f.symbol):
		return "pairs(" + value + ")"
	case !f.sentinel:
		return "..."
	case textLists(token(f.symbol)):
		return "sentinel(string)"
	case f.symbol == "gcry_sexp_extract_param":
		return "sentinel(addr)"
	}
	return "sentinel(" + t + ")"
}
