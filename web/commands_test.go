package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// documents are the texts whose commands are run.
var documents = []string{"../README.md", "../docs/*.md"}

// unrun are the commands of the texts that are not sent, each with the reason: a
// part of the command, then why.
var unrun = map[string]string{
	"plans/mine":   "it stops the search of the command before it, which would have to go on meanwhile; the example of stop-plan does so",
	"@schools.csv": "it sends a table of the reader's own; the example of put-layer sends one",
}

// command is a command of a text.
type command struct {
	at, text string // where it stands, and what it says
	method   string
	target   string
	body     string
	headers  []string
}

var fenced = regexp.MustCompile("(?ms)^```sh\n(.*?)^```")

// commands runs every curl command of the texts against the sample, without a
// shell: each must be answered well, or redirected.
func (d *district) commands() {
	var files []string
	for _, pattern := range documents {
		found, err := filepath.Glob(pattern)
		if err != nil {
			d.t.Fatal(err)
		}
		files = append(files, found...)
	}
	ran, used := 0, make(map[string]bool)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			d.t.Fatal(err)
		}
		list, err := commandsOf(file, string(text))
		if err != nil {
			d.t.Error(err)
		}
		for _, c := range list {
			if part := skipped(c.text); part != "" {
				used[part] = true
				continue
			}
			ran++
			d.perform(c)
		}
	}
	for part, why := range unrun {
		if !used[part] {
			d.t.Errorf("no command has %q, which is not run because %s: take the line out", part, why)
		}
	}
	if ran < 8 {
		d.t.Errorf("only %d commands were found: the texts or their reader went wrong", ran)
	}
}

func skipped(text string) string {
	for part := range unrun {
		if strings.Contains(text, part) {
			return part
		}
	}
	return ""
}

// perform sends a command; what names a job is sent with one that is there.
func (d *district) perform(c command) {
	d.t.Helper()
	target := c.target
	for _, job := range []string{"0006450c2e7b1ff2a94c1d03", "$job"} {
		if strings.Contains(target, job) {
			made := d.until(d.job(http.MethodGet, "/api/v1/studies/dongxing-sample/coverage?kind=school", "").ID, (*jobShown).over)
			target = strings.ReplaceAll(target, job, made.ID)
		}
	}
	body := c.body
	if strings.HasPrefix(body, "@") {
		if !strings.HasSuffix(body, ".zip") {
			d.t.Errorf("%s: %s: there is no file %s for it", c.at, c.text, body)
			return
		}
		body = string(archive(d.t))
	}
	s := d.ask(c.method, target, body, c.headers...)
	if s.answer.StatusCode >= 400 {
		d.t.Errorf("%s: %s: status %d\n%.500s", c.at, c.text, s.answer.StatusCode, s.text)
	}
	if s.answer.StatusCode == http.StatusAccepted {
		_, id, _ := strings.Cut(s.answer.Header.Get("Location"), "/api/v1/jobs/")
		d.until(id, (*jobShown).over)
	}
}

// commandsOf reads the curl commands of a text that ask a server of ours.
func commandsOf(file, text string) (list []command, err error) {
	for _, block := range fenced.FindAllStringSubmatchIndex(text, -1) {
		line := strings.Count(text[:block[2]], "\n") + 1
		for _, words := range shellWords(text[block[2]:block[3]]) {
			at := slices.Index(words, "curl")
			if at < 0 {
				continue
			}
			c, err := commandOf(words[at+1:])
			if err != nil {
				return list, fmt.Errorf("%s: the block of line %d: %w", file, line, err)
			}
			c.at, c.text = fmt.Sprintf("%s: the block of line %d", file, line), strings.Join(words, " ")
			list = append(list, c)
		}
	}
	return list, nil
}

// commandOf reads the words behind curl: those options that the texts use.
func commandOf(words []string) (c command, err error) {
	data, query := false, false
	for i := 0; i < len(words); i++ {
		value := func() string {
			i++
			if i < len(words) {
				return words[i]
			}
			return ""
		}
		switch word := words[i]; word {
		case "-i", "-N", "-s", "-sS", "-f", "-O", "-J", "-OJ", "-L":
		case "-G":
			query = true
		case "--data-urlencode":
			name, v, _ := strings.Cut(value(), "=")
			if c.body != "" {
				c.body += "&"
			}
			c.body, data = c.body+name+"="+url.QueryEscape(v), true
		case "-o":
			value()
		case "-X":
			c.method = value()
		case "-H":
			name, v, _ := strings.Cut(value(), ":")
			c.headers = append(c.headers, name, strings.TrimSpace(v))
		case "-d", "--data-binary":
			c.body, data = value(), true
		default:
			address, ok := strings.CutPrefix(word, "http://127.0.0.1:8080")
			if !ok || c.target != "" {
				return c, fmt.Errorf("%q is no part of a command that this test knows: teach it", word)
			}
			if c.target = address; address == "" {
				c.target = "/"
			}
		}
	}
	if query { // what is given as data belongs to the address
		separator := "?"
		if strings.Contains(c.target, "?") {
			separator = "&"
		}
		c.target, c.body, data = c.target+separator+c.body, "", false
	}
	if c.method == "" {
		c.method = http.MethodGet
		if data {
			c.method = http.MethodPost
		}
	}
	if c.target == "" {
		return c, fmt.Errorf("curl %v asks no server", words)
	}
	return c, nil
}

// shellWords splits a script into commands and those into words, as a POSIX
// shell does with quotes, comments and lines that go on.
func shellWords(script string) (commands [][]string) {
	var words []string
	var word strings.Builder
	open, begun := rune(0), false
	end := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	endCommand := func() {
		end()
		if len(words) > 0 {
			commands = append(commands, words)
		}
		words = nil
	}
	runes := []rune(script)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case open != 0 && r == open:
			open = 0
		case open == '\'':
			word.WriteRune(r)
		case r == '\\' && i+1 < len(runes):
			i++
			if runes[i] != '\n' {
				word.WriteRune(runes[i])
				begun = true
			}
		case open != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			open, begun = r, true
		case r == '#' && !begun:
			for i+1 < len(runes) && runes[i+1] != '\n' {
				i++
			}
		case strings.ContainsRune("\n;|&", r):
			endCommand()
		case r == ' ' || r == '\t':
			end()
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	endCommand()
	return commands
}
