package simulator

import "fmt"

// exampleSites returns the sites at the start: the one of the documented
// samples, and one like real sites after some years of use.
func exampleSites() []*site {
	documented := newSite(Site{URL: "example.webex.com", Default: true})
	for _, c := range documentedCodes() {
		documented.put(c)
	}
	emea := newSite(Site{URL: "emea.example.webex.com", ControlHub: true})
	for _, c := range grownCodes() {
		emea.put(c)
	}
	return []*site{documented, emea}
}

// rules lists the rule of All and of the four services.
func rules(all, meeting, event, training, support string) []ScheduleStart {
	return []ScheduleStart{
		{"All", all},
		{"MeetingCenter", meeting},
		{"EventCenter", event},
		{"TrainingCenter", training},
		{"SupportCenter", support},
	}
}

func documentedCodes() []TrackingCode {
	const optional = "optional"
	return []TrackingCode{
		{
			Name: "Department", InputMode: "select", HostProfileCode: optional,
			Options:            []Option{{"Engineering", false}, {"Design", true}, {"Sales", false}},
			ScheduleStartCodes: rules(notApplicable, required, optional, notUsed, notUsed),
		},
		{
			Name: "Division", InputMode: "editableSelect", HostProfileCode: optional,
			Options:            []Option{{"Full-time", false}, {"Part-time", false}, {"Intern", true}},
			ScheduleStartCodes: rules(notApplicable, optional, required, optional, notUsed),
		},
		{
			Name: "Cost Center", InputMode: "text", HostProfileCode: required,
			ScheduleStartCodes: rules(required, required, required, required, required),
		},
	}
}

// grownCodes are hard to show on a card: null rules, 500 options, markup, other
// scripts, an id that is not a number.
func grownCodes() []TrackingCode {
	const optional = "optional"
	centres := make([]Option, 500)
	for i := range centres {
		centres[i] = Option{fmt.Sprintf("CC-%04d %s", 1000+i, []string{"Research", "Sales", "Facilities", "Legal", "Logistics"}[i%5]), i == 41}
	}
	return []TrackingCode{
		{
			Name: "Business Unit", InputMode: "hostProfileSelect", HostProfileCode: adminSet,
			Options: []Option{{"R&D *core*", true}, {"Sales", false}, {"Field_Service_EMEA", false}},
		},
		{
			Name: "Project", InputMode: "text", HostProfileCode: optional,
			ScheduleStartCodes: rules(notApplicable, optional, notUsed, notUsed, optional),
		},
		{
			Name: "Legal Entity", InputMode: "select", HostProfileCode: adminSet,
			Options:            []Option{{"Example GmbH", true}, {"Example S.A.", false}, {"Example Ltd.", false}},
			ScheduleStartCodes: rules(notApplicable, adminSet, adminSet, notUsed, notUsed),
		},
		{
			Name: "Client", InputMode: "editableSelect", HostProfileCode: optional,
			Options: []Option{
				{"<@all>", false},
				{"[Acme](https://acme.example)", false},
				{"- Nordwind & Söhne", false},
				{"12. Division", false},
				{"{{DATE(2026-01-05T08:00:00Z)}}", false},
				{"株式会社サンプル", true},
				{"مثال للاتصالات", false},
				{"snake_case_name `x`", false},
			},
			ScheduleStartCodes: rules(required, required, required, required, required),
		},
		{
			Name: "Cost Center", InputMode: "select", HostProfileCode: optional, Options: centres,
			ScheduleStartCodes: rules(required, required, required, required, required),
		},
		{
			ID: "customAttribute3/region", Name: "Region", InputMode: "hostProfileSelect", HostProfileCode: adminSet,
			Options:            []Option{{"EMEA", false}, {"APJC", false}, {"Americas", false}},
			ScheduleStartCodes: rules(notUsed, notUsed, notUsed, notUsed, notUsed),
		},
	}
}
