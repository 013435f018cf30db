package handlers

import (
	"cmp"
	"fmt"

	"github.com/go-analyze/charts"

	"trackbot/bot"
	"trackbot/cards"
)

const (
	maxChartBars = 20  // of a picture; what is more is one bar
	maxChartName = 40  // characters of a bar's name
	chartWidth   = 900 // pixels, as Webex shows a picture without making it smaller
)

// chart draws how many meetings each value has, as a picture to send on.
func (c meetingCount) chart(site string, list []tallied) (*bot.File, error) {
	bars := c.bars(list)
	if len(bars) > maxChartBars {
		rest := total(bars[maxChartBars:])
		rest.Value = fmt.Sprintf("%d others", len(bars)-maxChartBars)
		bars = append(bars[:maxChartBars:maxChartBars], rest)
	}
	names, meetings := make([]string, len(bars)), make([]float64, len(bars))
	for i, b := range bars {
		at := len(bars) - 1 - i // the first bar is the lowest
		names[at], meetings[at] = cards.Cut(cmp.Or(b.State, b.Value), maxChartName), float64(b.Meetings)
	}
	p, err := charts.HorizontalBarRender([][]float64{meetings},
		charts.PNGOutputOptionFunc(), charts.TitleTextOptionFunc(cards.Cut(c.title(), 2*maxChartName)+" on "+site, c.period()),
		charts.YAxisLabelsOptionFunc(names), charts.SeriesShowLabel(true),
		charts.DimensionsOptionFunc(chartWidth, 120+40*len(bars)), charts.PaddingOptionFunc(charts.NewBoxEqual(24)))
	if err != nil {
		return nil, fmt.Errorf("draw a chart: %w", err)
	}
	data, err := p.Bytes()
	if err != nil {
		return nil, fmt.Errorf("draw a chart: %w", err)
	}
	return &bot.File{Name: fileName("png", "meetings", cmp.Or(c.Code, "without-a-code"), site), Type: "image/png", Data: data}, nil
}
