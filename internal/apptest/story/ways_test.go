package story

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestEveryWay(t *testing.T) {
	apptest.EveryWay(t, map[string]func(*testing.T){
		"story":                  TestStory,
		"tokens keep apart":      TestTokensKeepApart,
		"three calls a question": TestThreeCallsAQuestion,
		"ways to ask":            TestWaysToAsk,
		"site is shown":          TestSiteIsShownWhereNoneWasNamed,
		"threads":                TestAnswerGoesToTheThreadsRoot,
		"refused parent":         TestRefusedParentIsLeftOutOnce,
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
		"edits":                  TestEditedQuestionIsAnswered,
		"edits, the same":        TestEditThatAsksTheSameIsSilent,
		"edits, a mention":       TestMentionByAnEdit,
		"edits, before":          TestEditBeforeTheAnswer,
	})
}
