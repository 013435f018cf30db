package webex

import (
	"encoding/json"
	"time"
)

// Person is one account of Webex: somebody who asks, or a bot.
type Person struct {
	ID          string   `json:"id"`
	Emails      []string `json:"emails"`
	DisplayName string   `json:"displayName"`
	NickName    string   `json:"nickName,omitempty"`
	FirstName   string   `json:"firstName,omitempty"`
	OrgID       string   `json:"orgId"`
	Type        string   `json:"type"`               // person, bot or appuser
	TimeZone    string   `json:"timezone,omitempty"` // such as Europe/Berlin; empty where none is set
}

// Message is one message of a space, as GET /messages/{id} gives it.
type Message struct {
	ID              string       `json:"id"`
	ParentID        string       `json:"parentId,omitempty"` // the thread's root
	RoomID          string       `json:"roomId"`
	RoomType        string       `json:"roomType"` // direct or group
	Text            string       `json:"text,omitempty"`
	Markdown        string       `json:"markdown,omitempty"`
	HTML            string       `json:"html,omitempty"`
	PersonID        string       `json:"personId"`
	PersonEmail     string       `json:"personEmail,omitempty"`
	MentionedPeople []string     `json:"mentionedPeople,omitempty"`
	MentionedGroups []string     `json:"mentionedGroups,omitempty"`
	Attachments     []Attachment `json:"attachments,omitempty"`
	Files           []string     `json:"files,omitempty"` // addresses for [Bot.File]
	Created         time.Time    `json:"created"`
	Updated         time.Time    `json:"updated,omitzero"` // of the last edit; zero where there was none
}

// NewMessage is the body of POST /messages. Exactly one of RoomID and
// ToPersonID is set; Markdown is at most 7,439 bytes.
type NewMessage struct {
	RoomID      string       `json:"roomId,omitempty"`
	ToPersonID  string       `json:"toPersonId,omitempty"`
	ParentID    string       `json:"parentId,omitempty"`
	Markdown    string       `json:"markdown,omitempty"`
	Text        string       `json:"text,omitempty"`
	Attachments []Attachment `json:"attachments,omitempty"`
	File        *File        `json:"-"` // goes with no attachment, and makes the body a form
}

// CardType is the content type of an Adaptive Card in [Attachment].
const CardType = "application/vnd.microsoft.card.adaptive"

// Attachment is a card beside a message; Webex takes one a message.
type Attachment struct {
	ContentType string          `json:"contentType"`
	Content     json.RawMessage `json:"content"`
}

// AttachmentAction is one press of a card's button. It names neither the
// thread nor the e-mail of the presser.
type AttachmentAction struct {
	ID        string         `json:"id"`
	Type      string         `json:"type"`
	MessageID string         `json:"messageId"` // the message that holds the card
	Inputs    map[string]any `json:"inputs"`
	PersonID  string         `json:"personId"`
	RoomID    string         `json:"roomId"`
	Created   time.Time      `json:"created"`
}

// Webhook is one registration of ours or of somebody else's.
type Webhook struct {
	ID        string `json:"id,omitempty"`
	Name      string `json:"name"`
	TargetURL string `json:"targetUrl"`
	Resource  string `json:"resource,omitempty"`
	Event     string `json:"event,omitempty"`
	Filter    string `json:"filter,omitempty"`
	Secret    string `json:"secret,omitempty"`
	Status    string `json:"status,omitempty"` // active or inactive
	OwnedBy   string `json:"ownedBy,omitempty"`
}

// Membership is one person in one space.
type Membership struct {
	ID                string    `json:"id"`
	RoomID            string    `json:"roomId"`
	RoomType          string    `json:"roomType,omitempty"`
	PersonID          string    `json:"personId"`
	PersonEmail       string    `json:"personEmail,omitempty"`
	PersonDisplayName string    `json:"personDisplayName,omitempty"`
	PersonOrgID       string    `json:"personOrgId,omitempty"`
	Created           time.Time `json:"created"`
}

// Room is one space.
type Room struct {
	ID           string    `json:"id"`
	Title        string    `json:"title"`
	Type         string    `json:"type"` // direct or group
	LastActivity time.Time `json:"lastActivity"`
}

// TrackingCode is one tracking code of a site. ScheduleStartCodes may be null,
// and a value that is not in the lists below must be shown as it came.
type TrackingCode struct {
	ID                 string          `json:"id"`
	Name               string          `json:"name"` // at most 120 characters
	SiteURL            string          `json:"siteUrl"`
	InputMode          string          `json:"inputMode"` // text, select, editableSelect or hostProfileSelect
	Options            []Option        `json:"options"`   // at most 500
	HostProfileCode    string          `json:"hostProfileCode"`
	ScheduleStartCodes []ScheduleStart `json:"scheduleStartCodes"` // at most 5, or null
	Other              string          `json:"_other,omitempty"`   // a JSON object of what else Webex sent; an update sends it again
}

// Option is one value that a tracking code can be given; at most 120 characters.
type Option struct {
	Value        string `json:"value"`
	DefaultValue bool   `json:"defaultValue"`
	Other        string `json:"_other,omitempty"` // as in [TrackingCode]
}

// ScheduleStart says how a code is used when a meeting of one service is
// scheduled or started. Service is All, MeetingCenter, EventCenter,
// TrainingCenter or SupportCenter; Type is optional, required, adminSet,
// notUsed or, on All only, notApplicable: the four services differ.
type ScheduleStart struct {
	Service string `json:"service"`
	Type    string `json:"type"`
	Other   string `json:"_other,omitempty"` // as in [TrackingCode]
}

// Site is one meeting site that the admin token sees.
type Site struct {
	URL     string `json:"siteUrl"` // a host name, such as example.webex.com
	Default bool   `json:"default"`
}
