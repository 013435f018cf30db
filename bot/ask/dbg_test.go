package ask

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

func TestDbg(t *testing.T) {
	if os.Getenv("DBG") == "" {
		t.Skip()
	}
	g := grammar()
	sc := bufio.NewScanner(os.Stdin)
	w := world()
	if os.Getenv("DBG") == "old" {
		w = documentedWorld()
	}
	for sc.Scan() {
		rs := g.Read(Text{Words: sc.Text()}, w, From{Me: "alice@example.com", Site: exampleHost})
		fmt.Printf("%-50q %s\n", sc.Text(), shorts(rs))
		if os.Getenv("J") != "" {
			b, _ := json.Marshal(rs)
			fmt.Println(string(b))
		}
	}
}
