package page_test

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// pictures is where "make pictures" writes.
var pictures = flag.String("pictures", "", "take the pictures of the documentation into this folder")

// maxPicture is the size of a picture, in bytes.
const maxPicture = 120 << 10

// TestPictures takes the pictures of README.md from the page itself, when
// asked to, and holds those that are there to their size.
func TestPictures(t *testing.T) {
	if *pictures != "" {
		takePictures(t, *pictures)
		takeChange(t, *pictures)
	}
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`docs/pictures/[\w-]+\.png`).FindAllString(string(readme), -1)
	if len(named) < 2 {
		t.Errorf("README.md shows %v", named)
	}
	for _, name := range named {
		if info, err := os.Stat(filepath.Join("../../..", name)); err != nil || info.Size() > maxPicture {
			t.Errorf("%s: %v, or more than %d bytes", name, err, maxPicture)
		}
	}
}

// takePictures asks, and takes the whole page and each card, light and dark.
func takePictures(t *testing.T, folder string) {
	t.Helper()
	w := start(t)
	alice, bob := w.Alice, w.Sim.Person("bob")
	w.Sim.PutUserCode("example.webex.com", alice.ID, "Department", "Sales")
	w.Sim.PutUserCode("example.webex.com", bob.ID, "Cost Center", "CC-1041")
	b := open(t, w.url)
	b.do(chromedp.EmulateViewport(1280, 1600))
	cards := []struct{ name, ask, shows string }{
		{"codes", "codes on emea", "6 tracking codes"},
		{"check", "check example.webex.com", "look at"},
		{"compare", "compare codes on example and emea", "different"},
		{"values", "what do I see on example", "What you see"},
	}
	for _, c := range cards {
		b.ask(c.ask)
		b.card(c.shows)
		takeCard(t, b, filepath.Join(folder, c.name))
	}
	b.do(chromedp.EmulateViewport(1360, 850))
	b.press("Billing help desk")
	b.ask("@trackbot tracking code 1 on example.webex.com")
	b.card("Department", "Meetings")
	eval[bool](b, `document.querySelector('#messages').scrollTop = 1e6; true`)
	takePage(t, b, filepath.Join(folder, "demo"))
}

// takeChange takes the plan of a change, its result, and the page of who approved it.
func takeChange(t *testing.T, folder string) {
	t.Helper()
	b := open(t, start(t, approved()...).url)
	b.do(chromedp.EmulateViewport(1360, 1000))
	b.press("Codes")
	b.press("Billing help desk")
	b.ask("@trackbot add option Legal to Department on example.webex.com")
	b.card("Change Department?")
	takeCard(t, b, filepath.Join(folder, "plan"))
	b.be("bob@example.com")
	b.press("Billing help desk")
	b.press("Approve")
	b.card("Done: Department")
	takeCard(t, b, filepath.Join(folder, "done"))
	eval[bool](b, `document.querySelector('#messages').scrollTop = 1e6; true`)
	takePage(t, b, filepath.Join(folder, "approved"))
}

// takeCard takes the newest card, light and dark.
func takeCard(t *testing.T, b *tab, path string) {
	t.Helper()
	for _, theme := range []string{"light", "dark"} {
		eval[bool](b, `document.querySelector('#shot')?.removeAttribute('id'); [...document.querySelectorAll('.card')].at(-1).id = 'shot'; true`)
		write(t, path+"-"+theme+".png", shoot(b, chromedp.Screenshot(chromedp.ID("shot"))))
		b.press("Dark")
	}
}

// takePage takes the whole page, light and dark.
func takePage(t *testing.T, b *tab, path string) {
	t.Helper()
	for _, theme := range []string{"light", "dark"} {
		write(t, path+"-"+theme+".png", shoot(b, chromedp.CaptureScreenshot()))
		b.press("Dark")
	}
}

func shoot(b *tab, action chromedp.Action[[]byte]) image.Image {
	b.t.Helper()
	raw, err := chromedp.Run(b.ctx, action)
	if err != nil {
		b.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		b.t.Fatal(err)
	}
	return picture
}

// write stores a picture with the 256 colors that it has most of: the page has
// few, and a file of so many is a third as large.
func write(t *testing.T, path string, picture image.Image) {
	t.Helper()
	count := map[color.Color]int{}
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[picture.At(x, y)]++
		}
	}
	colors := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return cmp.Compare(count[b], count[a]) })
	out := image.NewPaletted(bounds, colors[:min(len(colors), 256)])
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			out.Set(x, y, picture.At(x, y))
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
