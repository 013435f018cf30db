package main

import (
	"strings"
	"testing"

	"trackbot/internal/config"
)

// TestEveryWay runs the tests of the whole bot over the other ways to hear than
// webhooks, which those tests take when they run by themselves.
func TestEveryWay(t *testing.T) {
	for _, way := range []string{config.ReceiveWebsocket, config.ReceiveBoth} {
		if testing.Short() && way == config.ReceiveBoth {
			continue // it hears by the two ways that are tested one by one
		}
		t.Run(way, func(t *testing.T) {
			for name, test := range map[string]func(*testing.T){
				"story":                  TestStory,
				"tokens keep apart":      TestTokensKeepApart,
				"three calls a question": TestThreeCallsAQuestion,
				"ways to ask":            TestWaysToAsk,
				"site is shown":          TestSiteIsShownWhereNoneWasNamed,
				"threads":                TestAnswerGoesToTheThreadsRoot,
				"refused parent":         TestRefusedParentIsLeftOutOnce,
				"outsiders":              TestOutsiders,
				"outsiders' buttons":     TestOutsidersButtons,
				"among outsiders":        TestInsiderAmongOutsiders,
				"members":                TestMembersAreRemembered,
				"double presses":         TestSecondPressWithinASecondIsOneAnswer,
				"bots":                   TestBotsAndItselfAreIgnored,
				"buttons":                TestButtonsAskLikeText,
				"lists":                  TestListOpensItsCodes,
				"sites":                  TestSitesThatMayNotBeAsked,
				"not there":              TestWhatIsNotThere,
				"not understood":         TestNotUnderstood,
				"welcome":                TestWelcome,
				"failures":               TestFailuresAreTold,
				"long pause":             TestLongPauseIsTold,
				"short failures":         TestShortFailuresAreMended,
				"another site's code":    TestAnotherSitesCodeIsNeverShown,
				"duplicates":             TestDuplicatesAndDisorderAreAnsweredOnce,
				"uncertain posts":        TestUncertainPostsAreNotRepeated,
				"secrets":                TestNothingShowsASecret,
			} {
				t.Run(name, test)
			}
		})
	}
}

// wayOf is how the bot of a test below TestEveryWay hears; empty elsewhere.
func wayOf(t *testing.T) string {
	t.Helper()
	below, found := strings.CutPrefix(t.Name(), "TestEveryWay/")
	if !found {
		return ""
	}
	way, _, _ := strings.Cut(below, "/")
	return way
}
