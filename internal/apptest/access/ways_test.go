package access

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestEveryWay(t *testing.T) {
	apptest.EveryWay(t, map[string]func(*testing.T){
		"outsiders":          TestOutsiders,
		"outsiders' buttons": TestOutsidersButtons,
		"among outsiders":    TestInsiderAmongOutsiders,
		"members":            TestMembersAreRemembered,
		"double presses":     TestSecondPressWithinASecondIsOneAnswer,
		"secrets":            TestNothingShowsASecret,
	})
}
